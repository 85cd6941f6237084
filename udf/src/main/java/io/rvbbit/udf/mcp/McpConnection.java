package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ListToolsResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One connection to a server, from its greeting to its end.
 *
 * <p>All waiting is done here, with a limit: what the SDK gives is a future. Threading: any thread,
 * several calls at a time.
 */
final class McpConnection implements AutoCloseable {
    private static final int MOST_LISTED = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeRef<Map<String, Object>> ARGUMENTS = new TypeRef<>() {};

    /** So that only our own limit is ever met. */
    private static final Duration LATER = Duration.ofSeconds(10);

    private final McpServer server;
    private final ServerTransport transport;
    private final SentCalls sent;
    private final McpAsyncClient client;
    private final AtomicLong calls = new AtomicLong();
    private volatile List<McpTool> tools = List.of();
    private volatile boolean answered;

    private McpConnection(McpServer server, ServerTransport transport, SentCalls sent) {
        this.server = server;
        this.transport = transport;
        this.sent = sent;
        this.client =
                McpClient.async(transport)
                        .clientInfo(McpSchema.Implementation.builder("rvbbit", "0.1").build())
                        .requestTimeout(server.timeout().plus(LATER))
                        .initializationTimeout(server.timeout().plus(LATER))
                        .toolsChangeConsumer(
                                changed -> Mono.fromRunnable(() -> tools = read(changed)))
                        .build();
    }

    /**
     * Greets the server and has it list its tools, all within its time limit.
     *
     * @throws McpFailure if it can't: the transport is closed then
     */
    static McpConnection open(McpServer server, ServerTransport transport, SentCalls sent)
            throws McpFailure, InterruptedException {
        McpConnection connection = new McpConnection(server, transport, sent);
        boolean open = false;
        try {
            connection.greet();
            open = true;
            return connection;
        } finally {
            if (!open) {
                connection.close();
            }
        }
    }

    private void greet() throws McpFailure, InterruptedException {
        long end = System.nanoTime() + server.timeout().toNanos();
        var _ = await(client.initialize().toFuture(), left(end), "did not get ready");
        List<McpSchema.Tool> listed = new ArrayList<>();
        String page = McpSchema.FIRST_PAGE;
        do {
            ListToolsResult more =
                    await(client.listTools(page).toFuture(), left(end), "did not list its tools");
            listed.addAll(more.tools());
            page = more.nextCursor();
        } while (page != null && !page.isEmpty() && listed.size() < MOST_LISTED);
        tools = read(listed);
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private List<McpTool> read(List<McpSchema.Tool> listed) {
        return listed.stream()
                .limit(MOST_LISTED)
                .map(tool ->
                        new McpTool(
                                tool.name(),
                                orEmpty(tool.description()),
                                JSON.valueToTree(
                                        tool.inputSchema() == null
                                                ? Map.of("type", "object")
                                                : tool.inputSchema())))
                .toList();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    List<McpTool> tools() {
        return tools;
    }

    boolean isOpen() {
        return !transport.end().isDone() && !transport.isStale();
    }

    /** Whether calls that run may still end well, though it is not open. */
    boolean isStale() {
        return transport.isStale();
    }

    boolean hasAnswered() {
        return answered;
    }

    /** Of one that is not open. */
    String whyClosed() {
        return transport.end().isCompletedExceptionally()
                        && transport.end().exceptionNow() instanceof McpFailure failure
                ? failure.told()
                : "broke the connection";
    }

    JsonNode call(String tool, ObjectNode arguments) throws McpFailure, InterruptedException {
        long call = calls.incrementAndGet();
        long begun = System.nanoTime();
        CompletableFuture<@Nullable CallToolResult> answer =
                client.callTool(
                                SentCalls.request(
                                        tool,
                                        ServerTransport.MAPPER.convertValue(arguments, ARGUMENTS),
                                        call))
                        .toFuture();
        boolean ended = false;
        try {
            CallToolResult result = await(answer, server.timeout(), "gave no answer");
            ended = true;
            answered = true;
            return McpResults.read(result);
        } catch (McpFailure failure) {
            ended = answer.isDone();
            if (!ended && !transport.heardSince(begun)) {
                transport.fail(failure);
            }
            throw failure;
        } finally {
            Object request = sent.ended(call);
            if (!ended && request != null) {
                transport.abandon(request);
            }
            var _ = answer.cancel(true);
        }
    }

    private <T> T await(CompletableFuture<@Nullable T> answer, Duration limit, String otherwise)
            throws McpFailure, InterruptedException {
        try {
            var _ =
                    CompletableFuture.anyOf(answer, transport.end())
                            .get(limit.toNanos(), TimeUnit.NANOSECONDS);
            T result = answer.get(0, TimeUnit.NANOSECONDS);
            if (result == null) {
                throw new McpFailure("gave an empty answer", false);
            }
            return result;
        } catch (TimeoutException e) {
            throw new McpFailure(
                    otherwise + " within " + server.timeout().toMillis() + " ms", true);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private McpFailure failure(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof McpFailure failure) {
                return failure;
            }
            if (each instanceof McpError error) {
                answered = true;
                return new McpFailure(
                        "refused the call: " + error.getJsonRpcError().message(), false);
            }
        }
        String kind = cause == null ? "nothing" : cause.getClass().getSimpleName();
        return new McpFailure("gave an answer that cannot be read (" + kind + ")", false);
    }

    @Override
    public void close() {
        transport.close();
    }
}
