package io.rvbbit.it.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an MCP server of the tests answers, whatever it is reached by. Threading: any thread.
 *
 * <p>Its tools: {@code find_stock}, whose answer has a structure; {@code tell}, which gives its
 * text back; {@code facts} about the server itself; {@code misbehave}, which does what its argument
 * says.
 */
final class McpScript {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final String TOOLS =
            """
            {"tools": [
              {"name": "find_stock", "description": "How many pieces of a product there are.",
               "inputSchema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                 "properties": {"sku": {"type": "string", "pattern": "^[A-Z]-[0-9]+$"}},
                 "required": ["sku"], "additionalProperties": false}},
              {"name": "tell", "description": "Gives a text back.",
               "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}}},
              {"name": "facts", "inputSchema": {"type": "object"}},
              {"name": "misbehave", "inputSchema": {"type": "object"}}]}
            """;

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    int calls() {
        return calls.get();
    }

    int cancelled() {
        return cancelled.get();
    }

    /** Answers a message; empty where nothing is to be said. */
    Optional<String> answer(JsonNode message) {
        JsonNode params = message.path("params");
        return switch (message.path("method").asText()) {
            case "initialize" ->
                    Optional.of(
                            result(
                                    message,
                                    """
                                    {"protocolVersion": "%s", "capabilities": {"tools": {}},
                                     "serverInfo": {"name": "script", "version": "1"}}\
                                    """
                                            .formatted(params.path("protocolVersion").asText())));
            case "tools/list" -> Optional.of(result(message, TOOLS));
            case "tools/call" -> {
                calls.incrementAndGet();
                yield called(message, params.path("name").asText(), params.path("arguments"));
            }
            case "notifications/cancelled" -> {
                cancelled.incrementAndGet();
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private Optional<String> called(JsonNode message, String tool, JsonNode arguments) {
        return switch (tool) {
            case "find_stock" -> {
                ObjectNode stock = JSON.createObjectNode();
                stock.put("sku", arguments.path("sku").asText()).put("on_hand", 12);
                ObjectNode result = content(stock.toString());
                result.set("structuredContent", stock);
                yield Optional.of(result(message, result.toString()));
            }
            case "tell" ->
                    Optional.of(
                            result(message, content(arguments.path("text").asText()).toString()));
            case "facts" -> Optional.of(result(message, content(facts().toString()).toString()));
            default -> misbehaved(message, arguments.path("how").asText());
        };
    }

    private ObjectNode facts() {
        ObjectNode facts = JSON.createObjectNode();
        facts.put("pid", ProcessHandle.current().pid());
        ProcessHandle.current().children().forEach(child -> facts.put("child", child.pid()));
        facts.put("calls", calls.get());
        facts.put("cancelled", cancelled.get());
        facts.put("variables", new TreeSet<>(System.getenv().keySet()).toString());
        return facts;
    }

    private static Optional<String> misbehaved(JsonNode message, String how) {
        return switch (how) {
            case "hang" -> Optional.empty();
            case "rubbish" -> Optional.of("Segmentation fault (core dumped)");
            case "huge" -> Optional.of(result(message, content("x".repeat(200_000)).toString()));
            case "error" ->
                    Optional.of(
                            result(
                                    message,
                                    content("no such shelf").put("isError", true).toString()));
            case "refuse" ->
                    Optional.of(
                            JSON.createObjectNode()
                                    .put("jsonrpc", "2.0")
                                    .put("id", message.path("id").asText())
                                    .set(
                                            "error",
                                            JSON.createObjectNode()
                                                    .put("code", -32602)
                                                    .put("message", "not today"))
                                    .toString());
            default -> throw new IllegalStateException(how);
        };
    }

    private static ObjectNode content(String text) {
        ObjectNode result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private static String result(JsonNode message, String result) {
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.path("id"));
        try {
            answer.set("result", JSON.readTree(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return answer.toString();
    }
}
