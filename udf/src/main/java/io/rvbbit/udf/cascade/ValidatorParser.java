package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.rvbbit.udf.cascade.Cell.Head;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.Rules;
import io.rvbbit.udf.cascade.Cell.Sampling;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import io.rvbbit.udf.cascade.Validator.PatternValidator;
import io.rvbbit.udf.cascade.Validator.PromptValidator;
import io.rvbbit.udf.cascade.Validator.SchemaValidator;
import io.rvbbit.udf.format.CheckFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads one validator for the cell that it checks. Threading: one thread. */
final class ValidatorParser {
    /** What a validator can be; each has one of them. */
    static final Set<String> KINDS = Set.of("cascade", "instructions", "regex", "schema", "sql");

    private static final Set<String> OF_PROMPTS = Set.of("max_tokens", "model", "temperature");

    private static final OutputSchema VERDICT =
            OutputSchema.of(
                    json(
                            """
                            {"type": "object",
                             "properties": {"valid": {"type": "boolean"}, "reason": {"type": "string"}},
                             "required": ["valid", "reason"], "additionalProperties": false}\
                            """));

    private ValidatorParser() {}

    private static JsonNode json(String text) {
        try {
            return AnswerJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a named validator.
     *
     * @param answers that it judges at most in a run of the cell
     */
    static Validator read(CellScope cell, String name, SourceNode node, int answers) {
        if (node instanceof Scalar scalar && scalar.isText()) {
            return SqlCheckParser.read(
                    cell.file(), "validator " + Names.quoted(name), name, scalar);
        }
        Keys keys =
                Keys.of(cell.file(), node, "validator " + Names.quoted(name))
                        .only(CheckFormat.VALIDATOR);
        return read(cell, name, keys, answers);
    }

    /** Reads a validator from keys that were checked for unknown ones. */
    static Validator read(CellScope cell, String name, Keys keys, int answers) {
        SourceFile file = cell.file();
        String kind = kind(keys);
        String message = keys.text("message").orElse("");
        if (!kind.equals("instructions")) {
            for (String key : OF_PROMPTS) {
                if (keys.has(key)) {
                    throw file.wrong(
                            keys.placeOf(key),
                            Names.quoted(key) + " of " + keys.what() + " needs \"instructions\"");
                }
            }
        }
        return switch (kind) {
            case "sql" -> {
                Scalar text = keys.scalarText(kind).orElseThrow();
                yield SqlCheckParser.read(file, keys.what(), name, text).withMessage(message);
            }
            case "schema" -> new SchemaValidator(name, message, schema(keys));
            case "cascade" -> {
                Scalar path = keys.scalarText(kind).orElseThrow();
                Cascade cascade =
                        SubCascadeCellParser.load(file, keys.what(), path, file.subCascades());
                yield new CascadeValidator(
                        name, message, SubCascadeCellParser.whole(file, name, path, cascade));
            }
            case "regex" -> new PatternValidator(name, message, pattern(keys));
            default -> {
                CellScope own = new CellScope(cell.name(), keys, cell.earlier(), Set.of());
                Scalar text = keys.scalarText(kind).orElseThrow();
                yield new PromptValidator(
                        name, message, asks(own, name, text, sampling(cell, keys), answers));
            }
        };
    }

    /** The question of a validator that a model answers. */
    static PromptCell asks(
            CellScope cell, String name, Scalar text, Sampling sampling, int answers) {
        if (text.text().isBlank()) {
            throw cell.file()
                    .wrong(text.place(), "the question of " + cell.what() + " must not be empty");
        }
        return new PromptCell(
                new Head(
                        cell.name() + "." + name,
                        "",
                        cell.file().placeOf(text),
                        Retry.UNSAID,
                        null,
                        OnError.FAIL),
                cell.prompt(text, PromptCheck.NAMES),
                sampling,
                VERDICT,
                new Rules(answers, 1, null),
                Checks.NONE,
                null,
                List.of(),
                Context.NONE);
    }

    /** Of the cell itself. */
    static Sampling sampling(CellScope cell) {
        return new Sampling(cell.keys().text("model").orElse(null), null, null);
    }

    private static Sampling sampling(CellScope cell, Keys keys) {
        return new Sampling(
                keys.text("model").orElse(sampling(cell).model()),
                keys.number("temperature", 0, 2),
                keys.integer("max_tokens", 1, Integer.MAX_VALUE));
    }

    private static String kind(Keys keys) {
        String found = "";
        for (String kind : new TreeSet<>(KINDS)) {
            if (keys.node(kind).isPresent()) {
                if (!found.isEmpty()) {
                    throw keys.file()
                            .wrong(
                                    keys.placeOf(kind),
                                    keys.what()
                                            + " has both "
                                            + Names.quoted(found)
                                            + " and "
                                            + Names.quoted(kind));
                }
                found = kind;
            }
        }
        if (found.isEmpty()) {
            throw keys.file()
                    .wrong(
                            keys.place(),
                            keys.what()
                                    + " needs one of "
                                    + String.join(", ", new TreeSet<>(KINDS)));
        }
        return found;
    }

    private static OutputSchema schema(Keys keys) {
        SourceNode node = keys.required("schema");
        try {
            return OutputSchema.of(node.toJson());
        } catch (IllegalArgumentException e) {
            throw keys.file()
                    .wrong(
                            SchemaPatterns.placeOf(e, node),
                            "\"schema\" of " + keys.what() + ": " + e.getMessage())
                    .hint(SchemaPatterns.hint(e));
        }
    }

    private static Pattern pattern(Keys keys) {
        Scalar text = keys.filledText("regex").orElseThrow();
        if (PatternSize.of(text.text()) > PatternSize.MOST) {
            throw keys.file()
                    .wrong(
                            text.place(),
                            "\"regex\" of " + keys.what() + " repeats too much to be compiled");
        }
        try {
            return Pattern.compile(text.text());
        } catch (PatternSyntaxException e) {
            throw keys.file()
                    .wrong(
                            text.place(),
                            "\"regex\" of " + keys.what() + " is none: " + e.getDescription());
        }
    }

    /** Reads one that no cell names; {@code cells}: all of the cascade's. */
    static void check(SourceFile file, String name, SourceNode node, Set<String> cells) {
        SourceNode.Entry entry = new SourceNode.Entry(node.place(), node);
        Mapping only = new Mapping(Map.of("validator", entry), node.place());
        Keys keys = Keys.of(file, only, "validator " + Names.quoted(name));
        Validator _ = read(new CellScope(name, keys, cells, Set.of()), name, node, 1);
    }
}
