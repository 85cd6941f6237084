package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * An input and the answer it should get; the offline model's only source.
 *
 * @param input compared on its own keys; a JSON null where only {@code rowsHash} counts
 * @param output of the last cell that calls a model
 * @param rowsHash hash of the staged rows of a RUN; empty where the input counts
 * @param outputs answers of other cells that call a model, by cell name
 */
public record Example(
        JsonNode input, JsonNode output, String rowsHash, Map<String, JsonNode> outputs) {
    public Example {
        outputs = Map.copyOf(outputs);
    }

    public Example(JsonNode input, JsonNode output) {
        this(input, output, "", Map.of());
    }

    /** Whether this is the example for an invocation: texts trimmed, numbers by value. */
    boolean matches(JsonNode given, String givenRowsHash) {
        if (!rowsHash.isEmpty() && rowsHash.equals(givenRowsHash)) {
            return true;
        }
        if (!input.isObject() || input.isEmpty()) {
            return false;
        }
        for (var each : input.properties()) {
            JsonNode value = given.get(each.getKey());
            if (value == null || !same(each.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(JsonNode wanted, JsonNode value) {
        if (wanted.isTextual() && value.isTextual()) {
            return wanted.textValue().strip().equals(value.textValue().strip());
        }
        if (wanted.isNumber() && value.isNumber()) {
            return wanted.decimalValue().compareTo(value.decimalValue()) == 0;
        }
        return wanted.equals(value);
    }
}
