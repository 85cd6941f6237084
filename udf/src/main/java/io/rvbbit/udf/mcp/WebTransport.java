package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.rvbbit.udf.mcp.McpServer.Url;
import io.rvbbit.udf.web.WebClient;
import io.rvbbit.udf.web.WebFailure;
import io.rvbbit.udf.web.WebRequest;
import io.rvbbit.udf.web.WebResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Speaks with a server over streamable HTTP: each message is a POST, whose answer is JSON or a
 * stream of events that ends with it.
 *
 * <p>The gateway's own client sends them, so that the rules of {@code tool: http} count for
 * addresses, redirects and sizes. The stream that a server may offer for what it says unasked is
 * not read. Threading: any thread.
 */
final class WebTransport implements ServerTransport {
    private static final Logger LOG = LoggerFactory.getLogger(WebTransport.class);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final String SESSION = "mcp-session-id";

    private final McpServer server;
    private final Url url;
    private final SentCalls sent;
    private final WebClient web;
    private final ExecutorService threads;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Map<Object, Future<?>> posts = new ConcurrentHashMap<>();
    private volatile boolean stale;
    private volatile String session = "";
    private volatile String version = "";
    private volatile @Nullable Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;

    /** Neither {@code web} nor {@code threads} is closed with it. */
    WebTransport(
            McpServer server, Url url, WebClient web, ExecutorService threads, SentCalls sent) {
        this.server = server;
        this.url = url;
        this.sent = sent;
        this.web = web;
        this.threads = threads;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> received) {
        return Mono.fromRunnable(() -> handler = received);
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.create(sink -> {
            sent.sent(message);
            Runnable post =
                    () -> {
                        try {
                            post(message);
                            sink.success();
                        } catch (McpFailure | IOException | RuntimeException e) {
                            stale = true;
                            sink.error(e);
                        } catch (InterruptedException e) {
                            sink.error(new McpFailure("was not waited for", true));
                        }
                    };
            FutureTask<?> running = new FutureTask<>(post, null);
            try {
                if (message instanceof JSONRPCRequest request) {
                    posts.put(request.id(), running);
                }
                threads.execute(running);
            } catch (RejectedExecutionException e) {
                sink.error(new McpFailure("is not called any more", true));
            }
        });
    }

    private void post(JSONRPCMessage message) throws McpFailure, IOException, InterruptedException {
        JSONRPCRequest request = message instanceof JSONRPCRequest asked ? asked : null;
        Answer answer = new Answer(request == null ? null : request.id());
        try {
            WebResponse response = send("POST", MAPPER.writeValueAsString(message), answer);
            if (request == null) {
                return;
            }
            if (answer.last == null && !response.body().isBlank()) {
                answer.take(ServerTransport.message(response.body()));
            }
            JSONRPCMessage last = answer.last;
            if (last == null) {
                throw new McpFailure("answered nothing to what it was asked", true);
            }
            if (request.method().equals(McpSchema.METHOD_INITIALIZE)) {
                session = response.headers().getOrDefault(SESSION, "");
                version = version(last);
            }
            deliver(last);
        } finally {
            if (request != null) {
                posts.remove(request.id());
            }
        }
    }

    private WebResponse send(String method, String body, Answer answer)
            throws McpFailure, InterruptedException {
        Map<String, String> headers = new HashMap<>(url.headers());
        headers.put("Accept", "application/json, text/event-stream");
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        if (!session.isEmpty()) {
            headers.put("Mcp-Session-Id", session);
        }
        if (!version.isEmpty()) {
            headers.put("MCP-Protocol-Version", version);
        }
        Duration limit = body.isEmpty() ? FAREWELL : server.timeout();
        WebRequest request =
                new WebRequest(method, url.uri(), headers, body, limit, server.maxBytes());
        try {
            return web.send(request, answer::read);
        } catch (WebFailure failure) {
            if (answer.failure != null) {
                throw answer.failure;
            }
            String told = String.valueOf(failure.getMessage());
            throw failure.status() == 404 && !session.isEmpty()
                    ? McpFailure.ofLostSession(told)
                    : new McpFailure(told, failure.isPassing());
        }
    }

    private static String version(JSONRPCMessage greeting) {
        JsonNode result =
                MAPPER.convertValue(
                        greeting instanceof JSONRPCResponse response ? response.result() : null,
                        JsonNode.class);
        return result == null ? "" : result.path("protocolVersion").asText();
    }

    /** What comes in answer to one POST. Threading: one thread at a time. */
    private final class Answer {
        private final @Nullable Object id;
        private @Nullable JSONRPCMessage last;
        private @Nullable McpFailure failure;

        Answer(@Nullable Object id) {
            this.id = id;
        }

        /** Reads events up to the one that is waited for. */
        void read(InputStream in) throws IOException {
            EventStream events = new EventStream(in, server.maxBytes());
            try {
                String data = events.next();
                while (data != null && last == null) {
                    if (!data.isBlank()) {
                        take(ServerTransport.message(server.withoutSecrets(data)));
                    }
                    data = last == null ? events.next() : null;
                }
            } catch (McpFailure wrong) {
                failure = wrong;
                throw new IOException(wrong.told(), wrong);
            }
        }

        private void take(JSONRPCMessage message) {
            if (message instanceof JSONRPCResponse response && response.id().equals(id)) {
                last = message;
            } else {
                deliver(message);
            }
        }
    }

    private void deliver(JSONRPCMessage message) {
        Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> receiver = handler;
        if (receiver != null) {
            var _ =
                    receiver.apply(Mono.just(message))
                            .subscribe(
                                    _ -> {},
                                    fault ->
                                            LOG.debug(
                                                    "MCP server {}: a message was not handled",
                                                    server.name(),
                                                    fault));
        }
    }

    @Override
    public CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public boolean isStale() {
        return stale;
    }

    /** A request that is not answered breaks nothing but its own connection. */
    @Override
    public boolean heardSince(long nanos) {
        return true;
    }

    @Override
    public void abandon(Object requestId) {
        Future<?> running = posts.remove(requestId);
        if (running != null) {
            running.cancel(true);
        }
        var _ = sendMessage(SentCalls.cancelled(requestId)).subscribe(_ -> {}, _ -> {});
    }

    @Override
    public void fail(McpFailure why) {
        var _ = end.completeExceptionally(why);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    /** Tells the server that the session is over, if it can be told within a second. */
    @Override
    public void close() {
        if (!end.completeExceptionally(new McpFailure("is not called any more", true))) {
            return;
        }
        posts.values().forEach(running -> running.cancel(true));
        if (!session.isEmpty() && !stale) {
            try {
                var _ = send("DELETE", "", new Answer(null));
            } catch (McpFailure e) {
                LOG.debug("MCP server {} was not told the end of its session", server.name(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
