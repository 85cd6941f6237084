package io.rvbbit.udf.llm;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * One provider's URL behind a pool of kept-alive connections.
 *
 * <p>Every request is one that we know of: the client repeats none by itself, and follows no
 * redirect, which would carry the key and the data to a host that nobody configured. How many
 * connections there are is decided by {@link Traffic} alone.
 *
 * <p>Threading: any thread, blocking. A request has a virtual thread of its own: an interrupt
 * closes the socket that such a thread reads, so it must not strike while a reply comes in.
 */
final class ChatEndpoint implements AutoCloseable {
    /** Shorter than the minute after which load balancers drop what is idle. */
    private static final TimeValue KEPT_ALIVE = TimeValue.ofSeconds(30);

    /** A connection that has rested so long may have been closed by the other side. */
    private static final TimeValue UNCHECKED = TimeValue.ofMilliseconds(500);

    /** How long after an interrupt a reply that has arrived may take to be read. */
    private static final Duration ARRIVING = Duration.ofMillis(20);

    private static final ContentType JSON = ContentType.create("application/json");

    private final URI uri;
    private final HttpHost host;
    private final int maxReplyBytes;
    private final ExecutorService threads;
    private final CloseableHttpClient client;

    ChatEndpoint(ProviderConfig config) {
        uri = config.chatCompletions();
        host = HttpHost.create(uri);
        maxReplyBytes = config.maxReplyBytes();
        threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("model-" + config.name() + "-", 0).factory());
        client = client(config);
    }

    private static CloseableHttpClient client(ProviderConfig config) {
        PoolingHttpClientConnectionManager connections =
                PoolingHttpClientConnectionManagerBuilder.create()
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                        .setMaxConnTotal(Integer.MAX_VALUE)
                        .setMaxConnPerRoute(Integer.MAX_VALUE)
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(Timeout.DISABLED).build())
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(Timeout.of(config.connectTimeout()))
                                        .setSocketTimeout(Timeout.DISABLED)
                                        .setValidateAfterInactivity(UNCHECKED)
                                        .build())
                        .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setConnectionRequestTimeout(Timeout.DISABLED)
                                .setResponseTimeout(Timeout.DISABLED)
                                .setDefaultKeepAlive(
                                        KEPT_ALIVE.getDuration(), KEPT_ALIVE.getTimeUnit())
                                .setProtocolUpgradeEnabled(false)
                                .build())
                .setRoutePlanner(routes(config.chatCompletions()))
                .setDefaultHeaders(headers(config))
                .setUserAgent("rvbbit")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .evictExpiredConnections()
                .evictIdleConnections(KEPT_ALIVE)
                .build();
    }

    private static HttpRoutePlanner routes(URI uri) {
        ProxySelector proxies = ProxySelector.getDefault();
        // Asked once, not for each request.
        return proxies == null || proxies.select(uri).stream().allMatch(Proxy.NO_PROXY::equals)
                ? new DefaultRoutePlanner(null)
                : new SystemDefaultRoutePlanner(proxies);
    }

    private static List<Header> headers(ProviderConfig config) {
        List<Header> headers = new ArrayList<>();
        headers.add(new BasicHeader("Accept", "application/json"));
        if (!config.apiKey().isEmpty()) {
            headers.add(new BasicHeader("Authorization", "Bearer " + config.apiKey(), true));
        }
        return headers;
    }

    /**
     * Sends once and waits for the whole reply.
     *
     * <p>A reply that is complete when the interrupt or the timeout strikes has been paid for, so
     * it is returned; the interrupt status is then set again.
     *
     * @param timeout from before the connection is taken to the last byte read
     * @throws InterruptedException with the connection closed
     */
    ChatResponse post(String requestId, String body, Duration timeout)
            throws IOException, TimeoutException, InterruptedException {
        HttpPost post = new HttpPost(uri);
        post.setHeader("X-Client-Request-Id", requestId);
        post.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.UTF_8), JSON));
        Future<ChatResponse> reply = threads.submit(() -> exchange(post));
        try {
            return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            if (isLost(reply)) {
                throw late;
            }
            return reply.resultNow();
        } catch (InterruptedException stopped) {
            awaitArrived(reply);
            if (isLost(reply)) {
                throw stopped;
            }
            Thread.currentThread().interrupt();
            return reply.resultNow();
        } catch (ExecutionException broken) {
            Throwable cause = broken.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }

    private static void awaitArrived(Future<ChatResponse> reply) {
        try {
            var _ = reply.get(ARRIVING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException over) {
            // What has become of it is asked next.
        }
    }

    /** Closes the connection, unless all has been read. */
    private static boolean isLost(Future<ChatResponse> reply) {
        return reply.cancel(true) || reply.state() != Future.State.SUCCESS;
    }

    private ChatResponse exchange(HttpPost post) throws IOException {
        try (ClassicHttpResponse response = client.executeOpen(host, post, null)) {
            return read(response);
        }
    }

    private ChatResponse read(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new ChatResponse(response.getCode(), response, new byte[0], false);
        }
        // A body that is not read to its end costs the connection, which is what shall happen.
        InputStream content = entity.getContent();
        byte[] body = content.readNBytes(maxReplyBytes);
        boolean cut = body.length == maxReplyBytes && content.read() >= 0;
        return new ChatResponse(response.getCode(), response, body, cut);
    }

    /** Aborts what is in flight. */
    @Override
    public void close() {
        threads.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
        threads.close();
    }
}
