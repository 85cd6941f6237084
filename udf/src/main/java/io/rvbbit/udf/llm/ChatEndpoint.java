package io.rvbbit.udf.llm;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One provider's URL behind a pool of kept-alive connections.
 *
 * <p>Redirects are not followed: they would carry the key and the data to a host that nobody
 * configured. The JDK's client repeats no POST by itself, so every request is one that we know of.
 * Threading: any thread, blocking.
 */
final class ChatEndpoint implements AutoCloseable {
    private final HttpRequest template;
    private final int maxReplyBytes;
    private final ExecutorService threads;
    private final HttpClient client;

    ChatEndpoint(ProviderConfig config) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(config.chatCompletions())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .header("User-Agent", "rvbbit");
        if (!config.apiKey().isEmpty()) {
            builder.header("Authorization", "Bearer " + config.apiKey());
        }
        template = builder.build();
        maxReplyBytes = config.maxReplyBytes();
        threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("model-" + config.name() + "-", 0).factory());
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(config.connectTimeout())
                        .executor(threads)
                        .build();
    }

    /**
     * Sends once and waits for the whole reply.
     *
     * <p>A reply that is complete when the interrupt or the timeout strikes has been paid for, so
     * it is returned; the interrupt status is then set again.
     *
     * @param timeout from the first byte sent to the last byte read
     * @throws InterruptedException with the connection closed
     */
    HttpResponse<BoundedBody.Body> post(String requestId, String body, Duration timeout)
            throws IOException, TimeoutException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(template, (_, _) -> true)
                        .header("X-Client-Request-Id", requestId)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        CompletableFuture<HttpResponse<BoundedBody.Body>> reply =
                client.sendAsync(request, _ -> new BoundedBody(maxReplyBytes));
        try {
            return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            if (reply.cancel(true) || reply.isCompletedExceptionally()) {
                throw late;
            }
            return reply.resultNow();
        } catch (InterruptedException stopped) {
            if (reply.cancel(true) || reply.isCompletedExceptionally()) {
                throw stopped;
            }
            Thread.currentThread().interrupt();
            return reply.resultNow();
        } catch (ExecutionException | CancellationException broken) {
            Throwable cause = broken instanceof ExecutionException ? broken.getCause() : broken;
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }

    /** Aborts what is in flight. */
    @Override
    public void close() {
        client.shutdownNow();
        client.close();
        threads.close();
    }
}
