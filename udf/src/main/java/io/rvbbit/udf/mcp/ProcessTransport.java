package io.rvbbit.udf.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.rvbbit.udf.mcp.McpServer.Command;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Speaks with a program over its standard input and output, a message a line.
 *
 * <p>The program gets no variable of the gateway's environment but those that every program needs.
 * Whatever breaks the protocol ends it: a line that is too long or no message, and the end of its
 * output. What it writes to standard error is logged. Three threads read and write; they end with
 * it. Threading: any thread.
 */
final class ProcessTransport implements ServerTransport {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessTransport.class);
    private static final List<String> INHERITED =
            List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER", "LOGNAME", "SHELL");
    private static final int MOST_WAITING = 1_024;
    private static final int MOST_LOGGED = 2_000;

    private final McpServer server;
    private final SentCalls sent;
    private final ServerProcess process;
    private final BlockingQueue<String> outbox = new ArrayBlockingQueue<>(MOST_WAITING);
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long heard = System.nanoTime();
    private volatile @Nullable Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;

    private ProcessTransport(McpServer server, SentCalls sent, ServerProcess process) {
        this.server = server;
        this.sent = sent;
        this.process = process;
    }

    /**
     * Starts the program.
     *
     * @throws McpFailure if it can't be started
     */
    static ProcessTransport start(McpServer server, Command command, SentCalls sent)
            throws McpFailure {
        ProcessBuilder builder = new ProcessBuilder(command.line());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(command.environment());
        try {
            return new ProcessTransport(
                    server, sent, new ServerProcess(server.name(), builder.start()));
        } catch (IOException e) {
            throw new McpFailure(
                    "cannot be started: no program \"" + command + "\" can be run", true);
        }
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> received) {
        return Mono.fromRunnable(() -> {
            handler = received;
            process.reads("out", this::readMessages);
            process.reads("in", this::writeMessages);
            process.reads("err", this::logErrors);
        });
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.defer(() -> {
            sent.sent(message);
            try {
                return outbox.offer(MAPPER.writeValueAsString(message))
                        ? Mono.empty()
                        : Mono.error(new McpFailure("does not read what it is sent", true));
            } catch (IOException e) {
                return Mono.error(e);
            }
        });
    }

    private void readMessages() {
        try (InputStream in = new BufferedInputStream(process.output())) {
            for (String line = line(in); line != null; line = line(in)) {
                heard = System.nanoTime();
                if (!line.isBlank()) {
                    deliver(ServerTransport.message(server.withoutSecrets(line)));
                }
            }
            fail(new McpFailure("has ended" + process.outcome(), true));
        } catch (IOException e) {
            fail(new McpFailure("has ended" + process.outcome(), true));
        } catch (McpFailure failure) {
            fail(failure);
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

    private @Nullable String line(InputStream in) throws IOException, McpFailure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.UTF_8);
            }
            if (bytes.size() >= server.maxBytes()) {
                throw new McpFailure(
                        "answered with more than " + server.maxBytes() + " bytes", false);
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void writeMessages() {
        try (OutputStream out = process.input()) {
            while (true) {
                out.write((outbox.take() + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            // Its output ends as well, which the reader tells.
            LOG.debug("MCP server {} takes nothing more", server.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void logErrors() {
        try (InputStream in = new BufferedInputStream(process.errors())) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n' && line.size() < MOST_LOGGED) {
                    line.write(next);
                } else if (next == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    LOG.info("MCP server {}: {}", server.name(), server.withoutSecrets(text));
                    line.reset();
                }
            }
        } catch (IOException e) {
            LOG.debug("MCP server {} tells no more errors", server.name(), e);
        }
    }

    @Override
    public CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public boolean isStale() {
        return false;
    }

    @Override
    public boolean heardSince(long nanos) {
        return heard - nanos >= 0;
    }

    @Override
    public void abandon(Object requestId) {
        var _ = sendMessage(SentCalls.cancelled(requestId)).subscribe(_ -> {}, _ -> {});
    }

    @Override
    public void fail(McpFailure why) {
        if (end.completeExceptionally(why)) {
            LOG.warn("MCP server {} {}", server.name(), why.told());
        }
        process.kill();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public void close() {
        var _ = end.completeExceptionally(new McpFailure("is not called any more", true));
        process.close();
    }
}
