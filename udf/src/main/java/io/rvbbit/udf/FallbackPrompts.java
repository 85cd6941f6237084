package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.udf.FallbackCall.Given;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model is asked in place of a function that does not exist.
 *
 * <p>Names and values are inputs, never part of a template, so nothing in them is taken for one.
 * Threading: stateless.
 */
final class FallbackPrompts {
    static final String DECIDING = "ai_fallback_decision";
    static final String ANSWERING = "ai_fallback";

    private static final List<String> TYPES =
            List.of("VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP");

    /** What an answer of a type looks like in JSON. */
    private static final Map<String, String> SCHEMAS =
            Map.of(
                    "DOUBLE", "{\"type\": [\"number\", \"null\"]}",
                    "BIGINT",
                            "{\"type\": [\"integer\", \"null\"], \"minimum\": -9223372036854775808,"
                                    + " \"maximum\": 9223372036854775807}",
                    "BOOLEAN", "{\"type\": [\"boolean\", \"null\"]}",
                    "DATE",
                            "{\"type\": [\"string\", \"null\"], \"pattern\":"
                                    + " \"^\\\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\\\d|3[01])$\"}",
                    "TIMESTAMP",
                            "{\"type\": [\"string\", \"null\"], \"pattern\":"
                                    + " \"^\\\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\\\d|3[01])[ T]"
                                    + "([01]\\\\d|2[0-3]):[0-5]\\\\d(:[0-5]\\\\d(\\\\.\\\\d{1,6})?)?$\"}");

    private FallbackPrompts() {}

    /** The cascade that tells what a function gives. */
    static String deciding() {
        String types =
                TYPES.stream().map(type -> "\"" + type + "\"").collect(Collectors.joining(", "));
        return cascade(
                DECIDING,
                "What a function gives that does not exist",
                "\"function\": \"its name and arguments\", \"samples\": \"values of arguments\"",
                "A SQL statement calls the function {{ input.function }}, which does not exist."
                        + " A model will compute its results.\\n{{ input.samples }}\\n\\n"
                        + "Decide from its name and arguments what it returns: decision \\\"text\\\""
                        + " for one value, with its SQL type, or \\\"object\\\" for a JSON object"
                        + " with several properties.",
                "{\"type\": \"object\", \"properties\": {\"decision\": {\"type\": \"string\","
                        + " \"enum\": [\"text\", \"object\"]}, \"type\": {\"type\": \"string\","
                        + " \"enum\": ["
                        + types
                        + "]}}, \"required\": [\"decision\"], \"additionalProperties\": false}");
    }

    /** What a value of a type is in JSON; empty for text and objects. */
    static Optional<String> valueSchema(String type) {
        return Optional.ofNullable(SCHEMAS.get(type));
    }

    /** The cascade that computes a result of this kind. */
    static String answering(Given given) {
        String task =
                "Act as the function {{ input.function }} that a SQL statement calls."
                        + " Return its result for these arguments:\\n\\n{{ input.arguments }}\\n\\n";
        if (given.decision() == Decision.OBJECT) {
            return answering(
                    task + "Answer with a JSON object and nothing else.", "{\"type\": \"object\"}");
        }
        String value = SCHEMAS.get(given.type());
        if (value == null) {
            return answering(task + "Answer with the resulting text and nothing else.", "");
        }
        return answering(
                task
                        + "Its SQL type is "
                        + given.type()
                        + ". Answer with a JSON object whose property \\\"value\\\" holds it, null if"
                        + " there is none.",
                "{\"type\": \"object\", \"properties\": {\"value\": "
                        + value
                        + "}, \"required\": [\"value\"], \"additionalProperties\": false}");
    }

    private static String answering(String instructions, String schema) {
        return cascade(
                ANSWERING,
                "The result of a function that does not exist",
                "\"function\": \"its name and arguments\", \"arguments\": \"their values\"",
                instructions,
                schema);
    }

    private static String cascade(
            String id, String description, String inputs, String instructions, String schema) {
        return "{\"cascade_id\": \"%s\", \"description\": \"%s\", \"inputs_schema\": {%s}, \"cells\": [{\"name\": \"answer\", \"instructions\": \"%s\"%s}]}"
                .formatted(
                        id,
                        description,
                        inputs,
                        instructions,
                        schema.isEmpty() ? "" : ", \"output_schema\": " + schema);
    }

    /** {@code samples}: lines of text; empty for none. */
    static ObjectNode toDecide(FallbackCall call, String samples) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("function", call.signature())
                .put("samples", samples.isEmpty() ? "" : "Values of its arguments:\n" + samples);
    }

    static ObjectNode toAnswer(FallbackCall call, JsonNode arguments) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("function", call.signature())
                .put("arguments", arguments.isEmpty() ? "(none)" : Json.text(arguments));
    }

    /** What a decision says; text unless it names a type. */
    static Given given(JsonNode decision) {
        if (decision.path("decision").asText().equals("object")) {
            return new Given(Decision.OBJECT, "JSON");
        }
        String type = decision.path("type").asText("VARCHAR");
        return new Given(Decision.TEXT, TYPES.contains(type) ? type : "VARCHAR");
    }
}
