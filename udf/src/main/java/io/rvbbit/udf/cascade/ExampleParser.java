package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.format.CascadeFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one example and checks its answers against the schemas. Threading: stateless. */
final class ExampleParser {
    private ExampleParser() {}

    static Example read(SourceFile file, SourceNode node, int number, List<Cell> cells) {
        String what = "example " + number;
        Keys keys = Keys.of(file, node, what).only(CascadeFormat.EXAMPLE);
        keys.mapping("input");
        JsonNode input =
                keys.node("input")
                        .map(SourceNode::toJson)
                        .orElseGet(JsonNodeFactory.instance::nullNode);
        String rowsHash = keys.text("rows_hash").orElse("");
        if (rowsHash.isEmpty() && input.isEmpty()) {
            throw file.wrong(keys.place(), what + " needs \"input\" or \"rows_hash\"");
        }
        if (!keys.has("output")) {
            throw file.wrong(keys.place(), what + " needs \"output\"");
        }
        List<PromptCell> prompts = new ArrayList<>();
        for (Cell cell : cells) {
            if (cell instanceof PromptCell prompt) {
                prompts.add(prompt);
            }
        }
        JsonNode output = keys.json("output");
        if (!prompts.isEmpty()) {
            check(keys, prompts.getLast(), "output", output);
        }
        Map<String, JsonNode> outputs = new LinkedHashMap<>();
        keys.mapping("outputs")
                .forEach((name, answer) -> {
                    if (isQuestion(prompts, name)) {
                        checkVerdict(keys, name, answer.toJson());
                        outputs.put(name, answer.toJson());
                        return;
                    }
                    PromptCell cell =
                            prompts.stream()
                                    .filter(each -> each.name().equals(name))
                                    .findFirst()
                                    .orElseThrow(() -> noSuchCell(keys, name, prompts));
                    check(keys, cell, "outputs", answer.toJson());
                    outputs.put(name, answer.toJson());
                });
        return new Example(input, output, rowsHash, outputs);
    }

    private static boolean isQuestion(List<PromptCell> prompts, String name) {
        return prompts.stream()
                .flatMap(each -> each.checks().asked().stream())
                .anyMatch(each -> each.name().equals(name));
    }

    private static void checkVerdict(Keys keys, String name, JsonNode answer) {
        if (Verdict.read(answer).isEmpty()) {
            throw keys.file()
                    .wrong(
                            keys.placeOf("outputs"),
                            keys.what()
                                    + " must answer "
                                    + Names.quoted(name)
                                    + " with true or false, or {valid, reason}");
        }
    }

    private static RuntimeException noSuchCell(Keys keys, String name, List<PromptCell> prompts) {
        return keys.file()
                .wrong(
                        keys.placeOf("outputs"),
                        keys.what()
                                + " answers "
                                + Names.quoted(name)
                                + ", which is no cell that calls a model")
                .hint(
                        NearestName.of(name, prompts.stream().map(PromptCell::name).toList())
                                .map(near -> "did you mean " + Names.quoted(near) + "?")
                                .orElse(""));
    }

    private static void check(Keys keys, PromptCell cell, String key, JsonNode answer) {
        OutputSchema schema = cell.outputSchema();
        List<String> faults = schema == null ? List.of() : schema.faults(answer);
        if (!faults.isEmpty()) {
            String message = " does not fit the output_schema of cell ";
            throw keys.file()
                    .wrong(
                            keys.placeOf(key),
                            keys.what()
                                    + message
                                    + Names.quoted(cell.name())
                                    + ": "
                                    + String.join("; ", faults));
        }
    }
}
