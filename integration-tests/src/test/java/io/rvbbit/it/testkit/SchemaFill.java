package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/** Makes a value that follows a JSON Schema, the same every time. */
final class SchemaFill {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 20;

    private final JsonNode root;
    private final String word;

    /** {@code word} is what every free string says. */
    SchemaFill(JsonNode root, String word) {
        this.root = root;
        this.word = word;
    }

    JsonNode value() {
        return fill(root, 0);
    }

    private JsonNode fill(JsonNode schema, int depth) {
        if (depth > MAX_DEPTH) {
            return JSON.nullNode();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").isArray()) {
            return schema.path("enum").path(0);
        }
        if (schema.has("$ref")) {
            return fill(root.at(schema.path("$ref").asText().substring(1)), depth + 1);
        }
        if (schema.path("anyOf").isArray()) {
            return fill(schema.path("anyOf").path(0), depth + 1);
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> JSON.numberNode(schema.path("minimum").asInt(1));
            case "number" -> JSON.numberNode(new BigDecimal(schema.path("minimum").asText("1.5")));
            case "boolean" -> JSON.booleanNode(true);
            case "null" -> JSON.nullNode();
            default ->
                    JSON.textNode(
                            schema.path("format").asText().equals("date") ? "2026-01-01" : word);
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            object.set(property.getKey(), fill(property.getValue(), depth + 1));
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        int items = Math.max(1, schema.path("minItems").asInt(1));
        for (int i = 0; i < items; i++) {
            array.add(fill(schema.path("items"), depth + 1));
        }
        return array;
    }
}
