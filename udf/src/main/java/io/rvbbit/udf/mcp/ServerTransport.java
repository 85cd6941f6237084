package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * What the SDK's client speaks through, and what a connection knows of it besides. Threading: any
 * thread.
 */
interface ServerTransport extends McpClientTransport {
    McpJsonMapper MAPPER =
            new JacksonMcpJsonMapper(
                    JsonMapper.builder()
                            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                            .build());

    /** Fails when nothing can come any more; it never succeeds. */
    CompletableFuture<Void> end();

    /** Whether the next call needs another connection, though calls that run may still end well. */
    boolean isStale();

    /** Whether the server has said anything since then, in {@link System#nanoTime}. */
    boolean heardSince(long nanos);

    /** Ends a call that nobody waits for, and tells the server. */
    void abandon(Object requestId);

    /** Ends it at once: the program is killed. */
    void fail(McpFailure why);

    /** {@code text} has no secret. */
    static JSONRPCMessage message(String text) throws McpFailure {
        try {
            return McpSchema.deserializeJsonRpcMessage(MAPPER, text);
        } catch (IOException | RuntimeException e) {
            String shown = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
            throw new McpFailure(
                    "wrote what is no message of the protocol: "
                            + (shown.length() > 100 ? shown.substring(0, 100) + "…" : shown),
                    false);
        }
    }

    @Override
    default <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return MAPPER.convertValue(data, type);
    }
}
