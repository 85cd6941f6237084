package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Content;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.ResourceLink;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.util.List;
import java.util.stream.Collectors;

/** What a model is told of a tool's result. */
final class McpResults {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private McpResults() {}

    /**
     * Its texts; its structured content where it has one, and both where they differ. Pictures and
     * sounds are named, not shown.
     *
     * @throws McpFailure with its texts, if it says that it is an error
     */
    static JsonNode read(CallToolResult result) throws McpFailure {
        List<Content> parts = result.content() == null ? List.of() : result.content();
        String text = parts.stream().map(McpResults::text).collect(Collectors.joining("\n"));
        if (Boolean.TRUE.equals(result.isError())) {
            throw new McpFailure("says: " + (text.isBlank() ? "it failed" : text), false);
        }
        if (result.structuredContent() == null) {
            return JSON.getNodeFactory().textNode(text);
        }
        JsonNode structured = JSON.valueToTree(result.structuredContent());
        if (text.isBlank() || says(text, structured)) {
            return structured;
        }
        ObjectNode both = JSON.createObjectNode().put("text", text);
        both.set("structured", structured);
        return both;
    }

    private static boolean says(String text, JsonNode structured) {
        try {
            return JSON.readTree(text).equals(JSON.readTree(structured.toString()));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String text(Content part) {
        return switch (part) {
            case TextContent text -> String.valueOf(text.text());
            case EmbeddedResource resource
                    when resource.resource() instanceof TextResourceContents text ->
                    String.valueOf(text.text());
            case ResourceLink link -> "[" + link.uri() + "]";
            default -> "[" + part.type() + ", which is not shown]";
        };
    }
}
