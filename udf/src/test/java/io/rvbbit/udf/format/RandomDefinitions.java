package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.RandomValues.text;
import static io.rvbbit.udf.format.RandomValues.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** Definitions at random, by the format's own grammar. Threading: one thread. */
public final class RandomDefinitions {
    /** What cascades at random run as {@code other}. */
    public static final String OTHER =
            """
            cascade_id: other
            cells: [{name: say, instructions: "Say {{ input.word }}"}]
            """;

    private final RandomValues values;

    public RandomDefinitions(Random random) {
        values = new RandomValues(random);
    }

    /** One that the loader takes, where {@link #OTHER} is known. */
    public ObjectNode right() {
        List<String> names = values.once(2) ? List.of("short", "kind") : List.of();
        RandomCells parts = new RandomCells(values, names);
        ArrayNode cells = parts.cells();
        ObjectNode cascade =
                values.mapping(
                        CascadeFormat.CASCADE,
                        Map.of(
                                "inputs_schema",
                                this::inputs,
                                "examples",
                                () -> examples(cells),
                                "skills",
                                parts::skills));
        List.of("cells", "phases", "validators").forEach(cascade::remove);
        cascade.set(values.once(3) ? "phases" : "cells", cells);
        if (!names.isEmpty()) {
            ObjectNode validators = cascade.putObject("validators");
            validators.set(
                    names.getFirst(),
                    values.once(3) ? text("length(output) < 100") : parts.validator());
            validators.set(names.getLast(), parts.validator());
        }
        readState(cascade);
        return cascade;
    }

    /** What the cascade gives some cells read. */
    private void readState(ObjectNode cascade) {
        if (!cascade.has("state")) {
            return;
        }
        for (JsonNode cell : cascade.path(cascade.has("cells") ? "cells" : "phases")) {
            if (cell.has("instructions") && values.once(3)) {
                ((ObjectNode) cell).put("instructions", "{{ state.tone }}, {{ state.tries + 1 }}");
            }
        }
    }

    private JsonNode inputs() {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        for (String name : List.of("text", "n")) {
            inputs.set(
                    name,
                    values.once(2)
                            ? text("what it is")
                            : values.mapping(CascadeFormat.INPUT, Map.of()));
        }
        return inputs;
    }

    /** Answers that fit the schemas of the cells that give them. */
    private JsonNode examples(ArrayNode cells) {
        List<JsonNode> prompts = new ArrayList<>();
        for (JsonNode cell : cells) {
            if (cell.has("instructions") && !cell.has("for_each_row")) {
                prompts.add(cell);
            }
        }
        ArrayNode examples = JsonNodeFactory.instance.arrayNode();
        for (int i = values.within(1, 2); i > 0; i--) {
            ObjectNode example = examples.addObject();
            if (values.once(3)) {
                example.put("rows_hash", "a0");
            } else {
                example.set("input", values.anyYaml("{text: x}", "{text: é, n: 2.50, o: [{}]}"));
            }
            example.set("output", prompts.isEmpty() ? yaml("7") : answer(prompts.getLast()));
            if (!prompts.isEmpty() && values.once(2)) {
                JsonNode cell = values.any(prompts);
                example.putObject("outputs").set(cell.get("name").asText(), answer(cell));
            }
        }
        return examples;
    }

    private JsonNode answer(JsonNode cell) {
        return cell.has("output_schema")
                ? yaml("{brand: Apple}")
                : values.anyYaml("Apple", "7", "[a, 1]");
    }

    /** A right one with one to three places changed to what may be wrong. */
    public ObjectNode wrong() {
        ObjectNode cascade = right();
        for (int i = values.within(1, 3); i > 0; i--) {
            spoil(cascade);
        }
        return cascade;
    }

    private void spoil(ObjectNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode place = values.any(containers);
        JsonNode junk =
                values.anyYaml(
                        "7",
                        "-1",
                        "x",
                        "[]",
                        "{}",
                        "null",
                        "[1, {a: b}]",
                        "{k: [v]}",
                        "\"{{ \"",
                        "\"{{ outputs.nobody }}\"",
                        "\"{{ nobody }} {% for %}\"",
                        "true",
                        "1e400",
                        "-1e-400",
                        "123456789012345678901234567890",
                        "''");
        if (place instanceof ObjectNode object) {
            List<String> names =
                    new ArrayList<>(
                            new TreeSet<>(
                                    object.properties().stream().map(Map.Entry::getKey).toList()));
            String name = names.isEmpty() ? "zzz" : values.any(names);
            switch (values.within(0, 3)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(name + "x", junk);
                case 2 -> object.set(values.any(FormatKeys.NAMES), junk);
                default -> object.set(name, junk);
            }
        } else if (place instanceof ArrayNode array) {
            if (values.once(2) || array.isEmpty()) {
                array.add(junk);
            } else {
                array.add(array.get(0).deepCopy()); // Two of the same name.
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(each -> collect(each, containers));
        }
    }
}
