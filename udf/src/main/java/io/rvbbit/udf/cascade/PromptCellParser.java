package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.Rules;
import io.rvbbit.udf.cascade.Cell.Sampling;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CellFormat;

/** Reads a cell that calls a model. Threading: one thread. */
final class PromptCellParser {
    private PromptCellParser() {}

    static PromptCell read(CellScope cell, SubCascades others) {
        Keys keys = cell.keys();
        cell.only(CellFormat.PROMPT);
        if (keys.node("inputs").isPresent()) {
            throw cell.file()
                    .wrong(keys.placeOf("inputs"), "\"inputs\" needs \"tool\" in " + cell.what());
        }
        keys.required("instructions");
        Scalar instructions = keys.scalarText("instructions").orElseThrow();
        if (instructions.text().isBlank()) {
            throw keys.wrong("instructions", instructions, "text that is not empty");
        }
        OutputSchema schema =
                keys.node("output_schema").map(node -> schema(cell, node)).orElse(null);
        Rules rules = RulesParser.read(cell, ChecksParser.asksAgain(cell));
        return new PromptCell(
                cell.head(instructions),
                cell.prompt(instructions),
                new Sampling(
                        keys.text("model").orElse(null),
                        keys.number("temperature", 0, 2),
                        keys.integer("max_tokens", 1, Integer.MAX_VALUE)),
                schema,
                rules,
                ChecksParser.read(cell, schema, rules),
                keys.node("takes").map(node -> TakesParser.read(cell, node)).orElse(null),
                SkillParser.read(keys, others),
                ContextParser.read(cell));
    }

    private static OutputSchema schema(CellScope cell, SourceNode node) {
        try {
            return OutputSchema.of(node.toJson());
        } catch (IllegalArgumentException e) {
            throw cell.file()
                    .wrong(
                            SchemaPatterns.placeOf(e, node),
                            "\"output_schema\" of " + cell.what() + ": " + e.getMessage())
                    .hint(SchemaPatterns.hint(e));
        }
    }
}
