package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.SqlCell.Parameter;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one cell. Threading: one thread, for one cell. */
final class CellParser {
    private static final Set<String> LATER =
            Set.of(
                    "context",
                    "for_each_row",
                    "handoffs",
                    "loop_until",
                    "loop_until_prompt",
                    "routing",
                    "skills",
                    "sub_cascade",
                    "takes",
                    "validators",
                    "wards");
    private static final Set<String> COMMON =
            Set.of("name", "description", "on_error", "retry", "timeout");
    private static final Set<String> PROMPT =
            Set.of("instructions", "max_tokens", "model", "output_schema", "rules", "temperature");
    private static final Set<String> TOOL = Set.of("tool", "inputs");
    private static final Set<String> RULES_LATER =
            Set.of("loop_until", "loop_until_prompt", "max_turns", "retry_instructions");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final int MAX_ATTEMPTS = 100;

    private final SourceFile file;
    private final Keys cell;
    private final Set<String> earlier;

    private CellParser(Keys cell, Set<String> earlier) {
        this.file = cell.file();
        this.cell = cell;
        this.earlier = earlier;
    }

    /** {@code earlier}: the cells that run before this one. */
    static Cell read(SourceFile file, SourceNode node, Set<String> earlier) {
        int number = earlier.size() + 1;
        Keys keys = Keys.of(file, node, "cell " + number);
        Scalar name =
                keys.scalarText("name")
                        .orElseThrow(() ->
                                file.wrong(keys.place(), "cell " + number + " needs \"name\""));
        if (!NAME.matcher(name.text()).matches()) {
            throw keys.wrong("name", name, "letters, digits and _, beginning with no digit");
        }
        Keys cell = Keys.of(file, node, "cell " + Names.quoted(name.text()));
        CellParser parser = new CellParser(cell, earlier);
        return cell.node("tool").isPresent() ? parser.sql(name.text()) : parser.prompt(name.text());
    }

    private Cell sql(String name) {
        String tool = cell.text("tool").orElse("");
        if (!"sql_data".equals(tool)) {
            throw file.unsupported(cell.placeOf("tool"), "the tool " + Names.quoted(tool));
        }
        cell.only(union(COMMON, TOOL), LATER);
        for (String key : PROMPT) {
            if (cell.node(key).isPresent()) {
                throw file.wrong(
                        cell.placeOf(key),
                        Names.quoted(key) + " does not go with tool: sql_data in " + cell.what());
            }
        }
        if (cell.node("params").isPresent() || cell.node("query").isPresent()) {
            String key = cell.node("params").isPresent() ? "params" : "query";
            throw file.wrong(
                    cell.placeOf(key),
                    Names.quoted(key) + " of " + cell.what() + " belongs under \"inputs\"");
        }
        Keys inputs =
                Keys.of(file, cell.required("inputs"), "inputs of " + cell.what())
                        .only(Set.of("query", "params"), Set.of());
        inputs.required("query");
        Scalar text = inputs.scalarText("query").orElseThrow();
        SqlTemplate query = compiled(text, SqlTemplate::compile, SqlTemplate::use);
        List<Parameter> parameters = new ArrayList<>();
        for (SourceNode each : inputs.list("params")) {
            parameters.add(parameter(inputs, each));
        }
        return new Cell.SqlCell(
                name,
                description(),
                file.placeOf(text),
                query,
                parameters,
                retry(),
                timeout(),
                onError());
    }

    private Parameter parameter(Keys inputs, SourceNode node) {
        if (!(node instanceof Scalar scalar)) {
            throw inputs.wrong("params", node, "a list of plain values or {{ … }}");
        }
        if (scalar.isText()) {
            return new Parameter(
                    file.placeOf(scalar),
                    compiled(scalar, PromptTemplate::compileValue, PromptTemplate::use));
        }
        // A number, boolean or null as written is its own expression.
        String literal = scalar.value().isNull() ? "none" : scalar.value().asText();
        return new Parameter(
                file.placeOf(scalar), PromptTemplate.compileValue("{{ " + literal + " }}"));
    }

    private Cell prompt(String name) {
        cell.only(union(COMMON, PROMPT), LATER);
        if (cell.node("inputs").isPresent()) {
            throw file.wrong(cell.placeOf("inputs"), "\"inputs\" needs \"tool\" in " + cell.what());
        }
        cell.required("instructions");
        Scalar instructions = cell.scalarText("instructions").orElseThrow();
        if (instructions.text().isBlank()) {
            throw cell.wrong("instructions", instructions, "text that is not empty");
        }
        Keys rules =
                cell.node("rules")
                        .map(node -> Keys.of(file, node, "rules of " + cell.what()))
                        .map(found -> found.only(Set.of("max_attempts"), RULES_LATER))
                        .orElse(null);
        Integer attempts = rules == null ? null : rules.integer("max_attempts", 1, MAX_ATTEMPTS);
        return new Cell.PromptCell(
                name,
                description(),
                file.placeOf(instructions),
                compiled(instructions, PromptTemplate::compile, PromptTemplate::use),
                cell.text("model").orElse(null),
                cell.number("temperature", 0, 2),
                cell.integer("max_tokens", 1, Integer.MAX_VALUE),
                cell.node("output_schema").map(node -> schema(node)).orElse(null),
                attempts == null ? 1 : attempts,
                retry(),
                timeout(),
                onError());
    }

    private OutputSchema schema(SourceNode node) {
        try {
            return OutputSchema.of(node.toJson());
        } catch (IllegalArgumentException e) {
            throw cell.file()
                    .wrong(
                            node.place(),
                            "\"output_schema\" of " + cell.what() + ": " + e.getMessage());
        }
    }

    private <T> T compiled(Scalar text, Function<String, T> compile, Function<T, TemplateUse> use) {
        try {
            T template = compile.apply(text.text());
            use.apply(template).cells().forEach(this::checkReference);
            return template;
        } catch (TemplateFault fault) {
            throw file.wrong(text, fault);
        }
    }

    private void checkReference(String read, int line) {
        if (!earlier.contains(read)) {
            throw new TemplateFault(
                    line,
                    "outputs."
                            + read
                            + " is not there: no cell of that name runs before "
                            + cell.what(),
                    NearestName.of(read, earlier)
                            .map(near -> "did you mean outputs." + near + "?")
                            .orElse(""));
        }
    }

    private String description() {
        return cell.text("description").orElse("");
    }

    private @Nullable Duration timeout() {
        return cell.duration("timeout");
    }

    private OnError onError() {
        return cell.word("on_error", OnError.class).orElse(OnError.FAIL);
    }

    private Retry retry() {
        SourceNode node = cell.node("retry").orElse(null);
        if (node == null) {
            return Retry.UNSAID;
        }
        Keys keys =
                Keys.of(cell.file(), node, "retry of " + cell.what())
                        .only(Set.of("max_attempts", "backoff", "base"), Set.of());
        Integer attempts = keys.integer("max_attempts", 1, MAX_ATTEMPTS);
        Duration base = keys.duration("base");
        return new Retry(
                attempts == null ? 0 : attempts,
                keys.word("backoff", Retry.Backoff.class).orElse(Retry.UNSAID.backoff()),
                base == null ? Retry.UNSAID.base() : base);
    }

    private static Set<String> union(Set<String> left, Set<String> right) {
        Set<String> all = new TreeSet<>(left);
        all.addAll(right);
        return all;
    }
}
