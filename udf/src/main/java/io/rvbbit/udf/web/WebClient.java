package io.rvbbit.udf.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests of cascades to addresses that are allowed.
 *
 * <p>The client connects to the very addresses that were checked when the name was looked up: there
 * is no second look-up that could give another. Every redirect is a new request that is checked
 * anew; no proxy is used, which would look names up by itself. Nothing is repeated, and no cookie
 * kept. Threading: any thread, blocking; an interrupt closes the connection.
 */
public final class WebClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebClient.class);
    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_QUOTED = 200;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final WebAccess access;
    private final Semaphore places;
    private final CloseableHttpClient client;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-tool-", 0).factory());

    public WebClient(WebAccess access) {
        this.access = access;
        this.places = new Semaphore(access.maxCalls(), true);
        this.client =
                HttpClients.custom()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setDnsResolver(new CheckedNames(access.addresses()))
                                        .setConnectionFactory(
                                                ManagedHttpClientConnectionFactory.builder()
                                                        .http1Config(
                                                                Http1Config.custom()
                                                                        .setMaxLineLength(16_384)
                                                                        .setMaxHeaderCount(200)
                                                                        .build())
                                                        .build())
                                        .setMaxConnTotal(access.maxCalls())
                                        .setMaxConnPerRoute(access.maxCalls())
                                        .setDefaultConnectionConfig(
                                                ConnectionConfig.custom()
                                                        .setConnectTimeout(
                                                                Timeout.of(access.timeout()))
                                                        .setSocketTimeout(
                                                                Timeout.of(access.timeout()))
                                                        .build())
                                        .build())
                        .setDefaultRequestConfig(
                                RequestConfig.custom()
                                        .setConnectionRequestTimeout(Timeout.of(access.timeout()))
                                        .setProtocolUpgradeEnabled(false)
                                        .build())
                        .setRoutePlanner(new DefaultRoutePlanner(null))
                        .setUserAgent("rvbbit")
                        .disableAutomaticRetries()
                        .disableRedirectHandling()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableContentCompression()
                        .build();
    }

    public WebAccess access() {
        return access;
    }

    /**
     * Waits for its turn, sends a request, follows redirects, and reads the whole answer. The
     * request's timeout begins with its turn.
     *
     * @throws WebFailure if there is none, or none with a status below 400
     */
    public WebResponse send(WebRequest request) throws WebFailure, InterruptedException {
        return send(request, null);
    }

    /**
     * The same, but a stream of events is read as it comes: the response has no body then. Where
     * {@code events} stops to read, the connection is closed.
     */
    public WebResponse send(WebRequest request, @Nullable EventReader events)
            throws WebFailure, InterruptedException {
        places.acquire();
        try {
            return answer(request, events);
        } finally {
            places.release();
        }
    }

    private WebResponse answer(WebRequest request, @Nullable EventReader events)
            throws WebFailure, InterruptedException {
        Future<WebResponse> answer = threads.submit(() -> followed(request, events));
        try {
            return answer.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new WebFailure(
                    "gave no whole answer within " + request.timeout().toMillis() + " ms", true);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private WebFailure failure(@Nullable Throwable cause) {
        return switch (cause) {
            case WebFailure known -> known;
            case RefusedAddress refused -> new WebFailure(refused.reason(), false);
            case UnknownHostException _ -> new WebFailure("has a host that is not known", true);
            case IOException broken ->
                    new WebFailure(
                            "could not be reached (" + broken.getClass().getSimpleName() + ")",
                            true);
            case null, default ->
                    new WebFailure(
                            "could not be sent ("
                                    + (cause == null ? "" : cause.getClass().getSimpleName())
                                    + ")",
                            false);
        };
    }

    /** Reads a stream of events; it bounds what it reads. */
    @FunctionalInterface
    public interface EventReader {
        void read(InputStream body) throws IOException;
    }

    private WebResponse followed(WebRequest first, @Nullable EventReader events)
            throws WebFailure, IOException {
        WebRequest request = first;
        for (int redirects = 0; ; redirects++) {
            check(request.uri());
            HttpUriRequestBase sent = sent(request);
            ClassicHttpResponse response =
                    client.executeOpen(HttpHost.create(request.uri()), sent, null);
            try {
                Header location = response.getFirstHeader("Location");
                if (!REDIRECTS.contains(response.getCode()) || location == null) {
                    return read(sent, response, request.maxBytes(), events);
                }
                if (redirects >= MOST_REDIRECTS) {
                    throw new WebFailure("redirects more than 5 times", false);
                }
                request = redirected(request, response.getCode(), location.getValue());
            } finally {
                close(response);
            }
        }
    }

    /** What is wanted has been read: a connection that breaks now breaks nothing. */
    private static void close(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException e) {
            LOG.debug("a connection broke after its answer", e);
        }
    }

    private static WebRequest redirected(WebRequest request, int status, String location)
            throws WebFailure {
        URI next;
        try {
            next = request.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new WebFailure("redirects to what is no URL", false);
        }
        boolean same = origin(next).equals(origin(request.uri()));
        boolean asGet = status == 303 || (status < 303 && request.method().equals("POST"));
        boolean downgrade =
                "https".equals(request.uri().getScheme()) && !"https".equals(next.getScheme());
        boolean forwards = !same && !asGet && !request.body().isEmpty();
        if (downgrade || forwards) {
            throw new WebFailure("redirects what was sent to another place", false);
        }
        return request.redirected(next, same, asGet);
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    }

    private static void check(URI uri) throws WebFailure {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new WebFailure("is no URL of http or https", false);
        }
        if (uri.getHost() == null || uri.getUserInfo() != null) {
            throw new WebFailure("needs a host, and no user within the URL", false);
        }
    }

    private static HttpUriRequestBase sent(WebRequest request) {
        HttpUriRequestBase sent = new HttpUriRequestBase(request.method(), request.uri());
        request.headers().forEach(sent::setHeader);
        if (!request.body().isEmpty()) {
            Header type = sent.getFirstHeader("Content-Type");
            sent.setEntity(
                    new ByteArrayEntity(
                            request.body().getBytes(StandardCharsets.UTF_8),
                            type == null
                                    ? ContentType.APPLICATION_JSON
                                    : ContentType.parseLenient(type.getValue())));
        }
        return sent;
    }

    private WebResponse read(
            HttpUriRequestBase sent,
            ClassicHttpResponse response,
            int maxBytes,
            @Nullable EventReader events)
            throws IOException, WebFailure {
        byte[] bytes = new byte[0];
        ContentType type = null;
        if (response.getEntity() != null) {
            type = ContentType.parseLenient(response.getEntity().getContentType());
        }
        if (events != null
                && type != null
                && type.isSameMimeType(ContentType.TEXT_EVENT_STREAM)
                && response.getCode() < 300) {
            try {
                events.read(response.getEntity().getContent());
            } finally {
                // To close a stream is to read it to its end, which may never come.
                sent.abort();
            }
        } else if (response.getEntity() != null) {
            InputStream content = response.getEntity().getContent();
            bytes = content.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                sent.abort();
                throw new WebFailure("answered with more than " + maxBytes + " bytes", false);
            }
        }
        int status = response.getCode();
        String body = text(bytes, type, status);
        if (status >= 300) {
            String quoted = body.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
            String shown = quoted.substring(0, Math.min(quoted.length(), MOST_QUOTED));
            throw new WebFailure(
                    "answered " + status + (shown.isEmpty() ? "" : ": " + shown),
                    status >= 500 || status == 429 || status == 408,
                    status);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : response.getHeaders()) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            // A session of the other side is a secret, too.
            if (!name.equals("set-cookie")) {
                headers.merge(
                        name,
                        access.withoutSecrets(String.valueOf(header.getValue())),
                        (a, b) -> a + ", " + b);
            }
        }
        return new WebResponse(status, headers, body);
    }

    private String text(byte[] bytes, @Nullable ContentType type, int status) throws WebFailure {
        Charset charset =
                type == null || type.getCharset() == null
                        ? StandardCharsets.UTF_8
                        : type.getCharset();
        try {
            return access.withoutSecrets(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            if (status >= 300) {
                return "";
            }
            throw new WebFailure("answered with what is no text", false);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
        threads.close();
    }

    /** A name that leads to an address that is not allowed. */
    private static final class RefusedAddress extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddress(String host) {
            super(host);
        }

        String reason() {
            return "leads to an address that is not public; http-tool-allow can allow it";
        }
    }

    /** Looks names up, and gives them only if all their addresses are allowed. */
    private record CheckedNames(AddressRules rules) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
            for (InetAddress address : addresses) {
                if (!rules.allows(address)) {
                    throw new RefusedAddress(host);
                }
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
