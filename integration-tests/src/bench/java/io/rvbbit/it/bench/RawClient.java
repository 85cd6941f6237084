package io.rvbbit.it.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Sends chat completions and does nothing with the answers: the least that a MAP's calls can take.
 *
 * <p>Threading: one thread, which waits for its own.
 */
final class RawClient implements AutoCloseable {
    private final String url;
    private final int parallel;
    private final CloseableHttpClient http;

    RawClient(String url, int parallel) {
        this.url = url + "/chat/completions";
        this.parallel = parallel;
        this.http =
                HttpClients.custom()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setMaxConnPerRoute(parallel)
                                        .setMaxConnTotal(parallel)
                                        .build())
                        .disableAutomaticRetries()
                        .disableCookieManagement()
                        .disableContentCompression()
                        .build();
    }

    void send(int requests) throws IOException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> lanes = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                lanes.add(
                        threads.submit(() -> {
                            for (int n = next.getAndIncrement();
                                    n < requests;
                                    n = next.getAndIncrement()) {
                                send("raw-" + n);
                            }
                            return null;
                        }));
            }
            for (Future<?> lane : lanes) {
                lane.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("the raw client fails", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the raw client was interrupted", e);
        }
    }

    private void send(String text) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setEntity(
                new ByteArrayEntity(
                        "{\"model\":\"bench\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                .formatted(text)
                                .getBytes(StandardCharsets.UTF_8),
                        ContentType.APPLICATION_JSON));
        int status =
                http.execute(post, response -> {
                    EntityUtils.consume(response.getEntity());
                    return response.getCode();
                });
        if (status != 200) {
            throw new IOException("the stub answered " + status);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
