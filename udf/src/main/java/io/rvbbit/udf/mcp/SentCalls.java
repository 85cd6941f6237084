package io.rvbbit.udf.mcp;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which request each call of a tool went out as: the SDK chooses the ids, and does not tell them,
 * but a call that is given up is named by its id.
 *
 * <p>Threading: any thread.
 */
final class SentCalls {
    private static final String CALL = "io.rvbbit/call";

    private final Map<String, Object> requests = new ConcurrentHashMap<>();

    static CallToolRequest request(String tool, Map<String, Object> arguments, long call) {
        return new CallToolRequest(tool, arguments, Map.of(CALL, Long.toString(call)));
    }

    void sent(JSONRPCMessage message) {
        if (message instanceof JSONRPCRequest request
                && request.params() instanceof CallToolRequest call
                && call.meta() != null
                && call.meta().get(CALL) instanceof String number) {
            requests.put(number, request.id());
        }
    }

    /** Forgets a call; null if it has not gone out. */
    @Nullable Object ended(long call) {
        return requests.remove(Long.toString(call));
    }

    static JSONRPCNotification cancelled(Object requestId) {
        return new JSONRPCNotification(
                McpSchema.JSONRPC_VERSION,
                "notifications/cancelled",
                Map.of("requestId", requestId, "reason", "nobody waits for it any more"));
    }
}
