package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST /chat/completions}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">Create chat
 *     completion</a>
 */
final class ChatRequestBody {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ChatRequestBody() {}

    static String of(ModelRequest request, ProviderConfig.TokenLimitField tokenLimit) {
        ObjectNode body = JSON.objectNode().put("model", request.model());
        ArrayNode messages = body.putArray("messages");
        request.messages().forEach(message -> messages.add(message(message)));
        if (request.temperature() != null) {
            body.put("temperature", request.temperature());
        }
        if (request.maxTokens() != null) {
            body.put(tokenLimit.key(), request.maxTokens());
        }
        if (request.schema() != null) {
            body.set("response_format", responseFormat(request.schemaName(), request.schema()));
        }
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            request.tools().forEach(tool -> tools.add(tool(tool)));
        }
        return body.toString();
    }

    private static ObjectNode message(ModelRequest.Message message) {
        ObjectNode json = JSON.objectNode().put("role", message.role());
        JsonNode calls = message.toolCalls();
        if (calls == null || !message.content().isEmpty()) {
            json.put("content", message.content());
        }
        if (calls != null) {
            json.set("tool_calls", calls);
        }
        if (!message.toolCallId().isEmpty()) {
            json.put("tool_call_id", message.toolCallId());
        }
        return json;
    }

    private static ObjectNode responseFormat(String name, JsonNode schema) {
        ObjectNode named = JSON.objectNode().put("name", schemaName(name));
        named.set("schema", schema);
        named.put("strict", StrictSchema.allows(schema));
        ObjectNode format = JSON.objectNode().put("type", "json_schema");
        format.set("json_schema", named);
        return format;
    }

    private static ObjectNode tool(ModelRequest.Tool tool) {
        ObjectNode function =
                JSON.objectNode().put("name", tool.name()).put("description", tool.description());
        function.set("parameters", tool.parameters());
        ObjectNode json = JSON.objectNode().put("type", "function");
        json.set("function", function);
        return json;
    }

    /** The API takes letters, digits, underscore and dash, at most 64. */
    private static String schemaName(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return safe.isEmpty() ? "output" : safe.substring(0, Math.min(64, safe.length()));
    }
}
