package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.Rules;
import io.rvbbit.udf.cascade.Check.Mode;
import io.rvbbit.udf.cascade.Check.Where;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import io.rvbbit.udf.cascade.Validator.PatternValidator;
import io.rvbbit.udf.cascade.Validator.PromptValidator;
import io.rvbbit.udf.cascade.Validator.SchemaValidator;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import io.rvbbit.udf.format.CheckFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what checks a cell: {@code wards}, and what {@code rules} loop for.
 *
 * <p>Threading: one thread, for one cell.
 */
final class ChecksParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Of a ward that names its validator. */
    private static final Set<String> OF_NAMED = Set.of("validator", "mode");

    private final CellScope cell;
    private final @Nullable OutputSchema schema;
    private final int attempts;

    private ChecksParser(CellScope cell, @Nullable OutputSchema schema, int attempts) {
        this.cell = cell;
        this.schema = schema;
        this.attempts = attempts;
    }

    static Checks read(CellScope cell, @Nullable OutputSchema schema, Rules rules) {
        boolean again = schema != null || asksAgain(cell);
        return new ChecksParser(cell, schema, again ? rules.maxAttempts() : 1).checks();
    }

    /** Whether an answer that fits may be asked for again. */
    static boolean asksAgain(CellScope cell) {
        boolean loops =
                cell.keys().node("rules").stream()
                        .anyMatch(rules ->
                                rules instanceof Mapping mapping
                                        && (mapping.entries().containsKey("loop_until")
                                                || mapping.entries()
                                                        .containsKey("loop_until_prompt")));
        return loops
                || cell.keys().node("wards").stream()
                        .anyMatch(wards ->
                                wards.toJson()
                                        .path("post")
                                        .findValuesAsText("mode")
                                        .contains("retry"));
    }

    private Checks checks() {
        List<Check> after = new ArrayList<>();
        cell.keys().node("rules").ifPresent(node -> loops(node, after));
        SourceNode node = cell.keys().node("wards").orElse(null);
        if (node == null) {
            return new Checks(List.of(), after);
        }
        Keys wards = Keys.of(cell.file(), node, "wards of " + cell.what()).only(CheckFormat.WARDS);
        after.addAll(wards(wards, Where.POST));
        return new Checks(wards(wards, Where.PRE), after);
    }

    private void loops(SourceNode node, List<Check> after) {
        Keys rules = Keys.of(cell.file(), node, "rules of " + cell.what());
        rules.scalarText("loop_until")
                .ifPresent(text ->
                        after.add(
                                check(
                                        resolved(
                                                text,
                                                "loop_until",
                                                "loop_until of " + cell.what(),
                                                attempts),
                                        Where.LOOP_UNTIL,
                                        Mode.RETRY)));
        rules.scalarText("loop_until_prompt")
                .ifPresent(text -> {
                    String name = "loop_until_prompt";
                    Validator asks =
                            new PromptValidator(
                                    name,
                                    "",
                                    ValidatorParser.asks(
                                            cell,
                                            name,
                                            text,
                                            ValidatorParser.sampling(cell),
                                            attempts));
                    after.add(check(asks, Where.LOOP_UNTIL_PROMPT, Mode.RETRY));
                });
    }

    private List<Check> wards(Keys wards, Where where) {
        String key = where.name().toLowerCase(Locale.ROOT);
        List<Check> checks = new ArrayList<>();
        for (SourceNode each : wards.list(key)) {
            checks.add(ward(wards, key, checks.size() + 1, each, where));
        }
        return checks;
    }

    private Check ward(Keys wards, String key, int number, SourceNode node, Where where) {
        String own = key + "_" + number;
        String what = key + " ward " + number + " of " + cell.what();
        if (node instanceof Scalar scalar && scalar.isText()) {
            return check(resolved(scalar, own, what, answers(where)), where, Mode.BLOCKING);
        }
        if (!(node instanceof Mapping)) {
            throw wards.wrong(key, node, "a list of names of validators, or of mappings");
        }
        Keys keys = Keys.of(cell.file(), node, what);
        boolean named = keys.node("validator").isPresent();
        keys.only(CheckFormat.WARD);
        if (named) {
            refuseOwn(keys);
        }
        Mode mode = keys.word("mode", Mode.class).orElse(Mode.BLOCKING);
        if (mode == Mode.RETRY && where == Where.PRE) {
            throw cell.file()
                    .wrong(
                            keys.placeOf("mode"),
                            "\"mode\" of "
                                    + what
                                    + " must be blocking or advisory: there is no"
                                    + " answer yet that could be asked for again");
        }
        return check(validator(keys, named, own, what, answers(where)), where, mode);
    }

    /** The keys of a validator, where another is named. */
    private void refuseOwn(Keys keys) {
        for (String key : CheckFormat.WARD.names()) {
            if (!OF_NAMED.contains(key) && keys.node(key).isPresent()) {
                throw cell.file()
                        .wrong(
                                keys.placeOf(key),
                                "\"%s\" does not go with \"validator\" in %s"
                                        .formatted(key, keys.what()));
            }
        }
    }

    private Validator validator(Keys keys, boolean named, String own, String what, int answers) {
        if (!named) {
            return ValidatorParser.read(cell, keys.text("name").orElse(own), keys, answers);
        }
        return resolved(keys.scalarText("validator").orElseThrow(), own, what, answers);
    }

    /** How many values a ward judges at most. */
    private int answers(Where where) {
        return where == Where.PRE ? 1 : attempts;
    }

    /** A validator's name, a property that is true or false, or an expression. */
    private Validator resolved(Scalar text, String own, String what, int answers) {
        String name = text.text().strip();
        NamedValidators named = cell.file().validators();
        Map<String, String> properties = schema == null ? null : schema.properties();
        boolean property = properties != null && properties.containsKey(name);
        if (NAME.matcher(name).matches() && (named.has(name) || !property)) {
            return named.get(cell, name, text, answers);
        }
        return SqlCheckParser.read(cell.file(), what, own, text);
    }

    private static Check check(Validator validator, Where where, Mode mode) {
        boolean ofInput = where == Where.PRE;
        TemplateUse use =
                switch (validator) {
                    case SqlValidator sql -> SqlCheckParser.use(sql, ofInput);
                    case SchemaValidator _, PatternValidator _ ->
                            new TemplateUse(Set.of(), Set.of(), ofInput, Map.of());
                    case CascadeValidator cascade -> CascadeCheck.use(cascade, ofInput);
                    case PromptValidator prompt -> {
                        TemplateUse own = prompt.asks().instructions().use();
                        boolean whole = ofInput && PromptCheck.readsAll(prompt.asks(), true);
                        yield whole ? own.withWholeInput() : own;
                    }
                };
        return new Check(validator, where, mode, use);
    }
}
