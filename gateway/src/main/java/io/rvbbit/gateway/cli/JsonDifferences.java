package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** Where two JSON values differ: texts count trimmed, numbers by value. Threading: one. */
final class JsonDifferences {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Difference> found = new ArrayList<>();

    private JsonDifferences() {}

    /**
     * One place, by its JSON pointer (RFC 6901; empty for the whole).
     *
     * @param expected a missing node where nothing should be
     * @param actual a missing node where nothing is
     */
    record Difference(String pointer, JsonNode expected, JsonNode actual) {}

    /** In the order of the expected value; empty if both are the same. */
    static List<Difference> between(JsonNode expected, JsonNode actual) {
        JsonDifferences differences = new JsonDifferences();
        boolean inText = actual.isTextual() && !expected.isTextual();
        differences.compare(JsonPointer.empty(), expected, inText ? parsed(actual) : actual);
        return List.copyOf(differences.found);
    }

    /** The JSON that a plain text holds, or the text. */
    private static JsonNode parsed(JsonNode text) {
        try {
            JsonNode json = JSON.readTree(text.textValue());
            return json.isMissingNode() ? text : json;
        } catch (JsonProcessingException _) {
            return text;
        }
    }

    private void compare(JsonPointer at, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual.isObject()) {
            for (var each : expected.properties()) {
                compare(
                        at.appendProperty(each.getKey()),
                        each.getValue(),
                        actual.path(each.getKey()));
            }
            for (var each : actual.properties()) {
                if (!expected.has(each.getKey())) {
                    compare(
                            at.appendProperty(each.getKey()),
                            MissingNode.getInstance(),
                            each.getValue());
                }
            }
        } else if (expected.isArray() && actual.isArray()) {
            for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
                compare(at.appendIndex(i), expected.path(i), actual.path(i));
            }
        } else if (!same(expected, actual)) {
            found.add(new Difference(at.toString(), expected, actual));
        }
    }

    private static boolean same(JsonNode expected, JsonNode actual) {
        if (expected.isTextual() && actual.isTextual()) {
            return expected.textValue().strip().equals(actual.textValue().strip());
        }
        if (expected.isNumber() && actual.isNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        return expected.equals(actual);
    }
}
