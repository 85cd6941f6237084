package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.FallbackCall.Given;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a cascade with one cell, which gives what a model has given for a missing function.
 *
 * <p>What the function gives is known, so nothing is decided any more. Values stand in the text as
 * JSON in one line, which is YAML too. Threading: immutable after it is made.
 */
final class PromotedCascade {
    private static final int MOST_EXAMPLES = 20;
    private static final int MOST_SHOWN_TO_MODEL = 5;
    private static final int LONGEST_EXAMPLE = 2_000;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TEMPLATE = Pattern.compile("\\{[{%#]");

    /** The property of an answer that is one value of a type. */
    private static final String VALUE = "value";

    /** Types that are texts in JSON. */
    private static final Set<String> QUOTED = Set.of("DATE", "TIMESTAMP");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String schema;
    private final String name;
    private final String gives;
    private final boolean object;
    private final Optional<String> valueSchema;
    private final boolean redact;
    private final List<String> arguments;
    private final List<Example> examples;
    private final Map<String, String> properties;

    /**
     * One call that a model answered.
     *
     * @param args an object of the arguments
     * @param gives text, object, or the SQL type of the value
     */
    record Answered(Instant at, String args, String gives, String result) {}

    private record Example(JsonNode input, JsonNode output) {
        String line() {
            ObjectNode both = JsonNodeFactory.instance.objectNode();
            both.set("input", input);
            both.set("output", output);
            return printable(both);
        }
    }

    /**
     * @param schema empty if the function was called without one
     * @param answered different calls, at least one, the newest first: it says what the function
     *     gives and which arguments it has
     * @param redact whether the examples say nothing of the data
     */
    PromotedCascade(String schema, String name, List<Answered> answered, boolean redact) {
        this.schema = schema;
        this.name = name;
        this.redact = redact;
        Answered newest = answered.getFirst();
        this.valueSchema = Given.valueSchema(newest.gives());
        this.gives = valueSchema.isPresent() ? newest.gives() : kind(newest.gives());
        this.object = gives.equals("object");
        this.arguments = names(tree(newest.args()));
        List<Example> read = examples(answered);
        this.properties = properties(read);
        Set<Example> kept = new LinkedHashSet<>();
        for (Example each : read) {
            if (kept.size() < MOST_EXAMPLES && each.line().length() <= LONGEST_EXAMPLE) {
                kept.add(redact ? redacted(each) : each);
            }
        }
        this.examples = List.copyOf(kept);
    }

    int exampleCount() {
        return examples.size();
    }

    private List<Example> examples(List<Answered> answered) {
        List<Example> read = new ArrayList<>();
        for (Answered each : answered) {
            JsonNode input = tree(each.args());
            JsonNode output = output(each.result());
            boolean alike =
                    input.isObject()
                            && names(input).equals(arguments)
                            && (each.gives().equals(gives) || kind(each.gives()).equals(gives))
                            && (!isJson() || output.isObject());
            if (alike) {
                read.add(new Example(input, output));
            }
        }
        return read;
    }

    private static String kind(String gives) {
        return gives.equals("object") ? gives : Given.valueSchema(gives).isEmpty() ? "text" : "";
    }

    /** Whether a model answers with an object, which may hold nothing but the value. */
    private boolean isJson() {
        return object || valueSchema.isPresent();
    }

    private JsonNode output(String result) {
        if (object) {
            return tree(result);
        }
        JsonNode text = JsonNodeFactory.instance.textNode(result);
        if (valueSchema.isEmpty()) {
            return text;
        }
        JsonNode value =
                result.isEmpty()
                        ? JsonNodeFactory.instance.nullNode()
                        : QUOTED.contains(gives) ? text : tree(result);
        return value.isMissingNode()
                ? value
                : JsonNodeFactory.instance.objectNode().set(VALUE, value);
    }

    /** Of an object's answers: those that all of them have, with their types in JSON Schema. */
    private static Map<String, String> properties(List<Example> examples) {
        Map<String, String> types = new LinkedHashMap<>();
        boolean first = true;
        for (Example example : examples) {
            if (first) {
                example.output()
                        .properties()
                        .forEach(each -> types.put(each.getKey(), type(each.getValue())));
                first = false;
            } else {
                types.keySet().removeIf(name -> !example.output().has(name));
                types.replaceAll((name, type) -> common(type, type(example.output().get(name))));
            }
        }
        return types;
    }

    private static String type(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING, BINARY -> "";
        };
    }

    /** Empty where values are of any type. */
    private static String common(String one, String other) {
        if (one.equals(other)) {
            return one;
        }
        boolean numbers = Set.of("integer", "number").containsAll(List.of(one, other));
        return numbers ? "number" : "";
    }

    /** A value that has to look like a date says the least as NULL. */
    private Example redacted(Example example) {
        return new Example(
                redacted(example.input()),
                QUOTED.contains(gives)
                        ? JsonNodeFactory.instance.objectNode().putNull(VALUE)
                        : redacted(example.output()));
    }

    private static JsonNode redacted(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                value.properties()
                        .forEach(each -> copy.set(each.getKey(), redacted(each.getValue())));
                yield copy;
            }
            case ARRAY -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                value.forEach(item -> copy.add(redacted(item)));
                yield copy;
            }
            case NUMBER -> JsonNodeFactory.instance.numberNode(0);
            case BOOLEAN -> JsonNodeFactory.instance.booleanNode(false);
            case STRING, BINARY, POJO -> JsonNodeFactory.instance.textNode("redacted");
            case NULL, MISSING -> JsonNodeFactory.instance.nullNode();
        };
    }

    /** A cascade as a file has it. */
    String definition() {
        StringBuilder text = new StringBuilder();
        String call = written() + "(" + String.join(", ", arguments) + ")";
        line(text, "# " + printable(call) + ", as a model has answered it until now.");
        line(text, "cascade_id: " + quoted((schema.isEmpty() ? "" : schema + "_") + name));
        line(text, "description: " + quoted("What the function " + call + " gives."));
        if (!arguments.isEmpty()) {
            line(text, "inputs_schema:");
            arguments.forEach(each ->
                    line(
                            text,
                            "  " + quoted(each) + ": " + quoted("An argument of the function.")));
        }
        line(text, "cells:");
        line(text, "  - name: answer");
        line(text, "    instructions: |");
        instructions(call)
                .lines()
                .forEach(each -> line(text, each.isEmpty() ? "" : "      " + each));
        line(text, "    temperature: 0");
        valueSchema.ifPresent(schemaOfValue ->
                line(
                        text,
                        ("    output_schema: {\"type\": \"object\", \"properties\": {\"%s\": %s},"
                                        + " \"required\": [\"%s\"], \"additionalProperties\": false}")
                                .formatted(VALUE, schemaOfValue, VALUE)));
        if (object) {
            line(text, "    output_schema: " + schemaOfOutput());
        }
        if (!examples.isEmpty()) {
            line(text, "examples:");
            examples.forEach(each -> line(text, "  - " + each.line()));
        }
        return text.toString();
    }

    private String written() {
        return schema.isEmpty() ? name : schema + "." + name;
    }

    private String instructions(String call) {
        StringBuilder text = new StringBuilder();
        line(text, "What does the SQL function " + plain(printable(call)) + " give?");
        line(text, "");
        boolean simple = arguments.stream().allMatch(each -> IDENTIFIER.matcher(each).matches());
        if (simple) {
            arguments.forEach(each -> line(text, each + ": {{ input." + each + " }}"));
        } else {
            line(text, "{{ input | tojson }}");
        }
        List<Example> shown =
                redact
                        ? List.of()
                        : examples.stream()
                                .filter(each -> !TEMPLATE.matcher(each.line()).find())
                                .limit(MOST_SHOWN_TO_MODEL)
                                .toList();
        if (!shown.isEmpty()) {
            line(text, "");
            line(text, "It has given:");
            shown.forEach(each ->
                    line(text, printable(each.input()) + " -> " + printable(each.output())));
        }
        line(text, "");
        if (valueSchema.isPresent()) {
            line(text, "Its SQL type is " + gives + ": property \"" + VALUE + "\" holds it.");
        }
        text.append(
                isJson()
                        ? "Answer with the JSON object alone."
                        : "Answer with the value alone: no sentence, no quotes.");
        return text.toString();
    }

    private String schemaOfOutput() {
        ObjectNode schemaNode = JsonNodeFactory.instance.objectNode();
        schemaNode.put("type", "object");
        ObjectNode each = schemaNode.putObject("properties");
        properties.forEach((property, type) -> {
            ObjectNode of = each.putObject(property);
            if (!type.isEmpty()) {
                of.put("type", type);
            }
        });
        if (!properties.isEmpty()) {
            var required = schemaNode.putArray("required");
            properties.keySet().forEach(required::add);
        }
        return printable(schemaNode);
    }

    private static List<String> names(JsonNode args) {
        List<String> names = new ArrayList<>();
        args.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Missing if it is no JSON. */
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    /** A name within a template may begin none. */
    private static String plain(String text) {
        return TEMPLATE.matcher(text).replaceAll("{ ");
    }

    private static String quoted(String text) {
        return printable(JsonNodeFactory.instance.textNode(text));
    }

    private static String printable(JsonNode json) {
        return printable(json.toString());
    }

    /** With escapes for what YAML does not take as it is; such stands in texts only. */
    private static String printable(String json) {
        StringBuilder text = new StringBuilder(json.length());
        json.codePoints()
                .forEach(point -> {
                    boolean shown =
                            (point >= ' ' && point <= '~')
                                    || Character.isLetterOrDigit(point)
                                    || point > 0xFFFF;
                    if (shown) {
                        text.appendCodePoint(point);
                    } else {
                        text.append("\\u%04x".formatted(point));
                    }
                });
        return text.toString();
    }
}
