package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Cell.Head;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CellFormat;
import io.rvbbit.udf.format.Shape;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One cell while it is read: its keys, and the names that its templates may use.
 *
 * @param earlier the cells that run before this one
 * @param given names that its templates have beside input, outputs and state
 */
record CellScope(String name, Keys keys, Set<String> earlier, Set<String> given) {
    CellScope {
        given = Set.copyOf(given);
    }

    /** Where the rows of the cell are not known yet. */
    CellScope withoutRow() {
        return withRow(Set.of());
    }

    /** Where other names are given. */
    CellScope withRow(Set<String> names) {
        return new CellScope(name, keys, earlier, names);
    }

    SourceFile file() {
        return keys.file();
    }

    /** How messages name the cell. */
    String what() {
        return keys.what();
    }

    /** Refuses what is not supported yet, and warns of keys that no cell of this kind has. */
    void only(Shape own) {
        keys.only(CellFormat.COMMON.and(own));
    }

    /** Refuses keys that do not go with {@code kind}. */
    void refuse(Set<String> others, String kind) {
        for (String key : new TreeSet<>(others)) {
            if (keys.node(key).isPresent()) {
                throw file().wrong(
                                keys.placeOf(key),
                                Names.quoted(key) + " does not go with " + kind + " in " + what());
            }
        }
    }

    /** What every cell has; {@code main} is the template that faults of the cell are located in. */
    Head head(Scalar main) {
        return new Head(
                name,
                keys.text("description").orElse(""),
                file().placeOf(main),
                retry(),
                timeout(),
                keys.word("on_error", OnError.class).orElse(OnError.FAIL),
                StateKeys.ofCell(this));
    }

    private @Nullable Duration timeout() {
        return keys.duration("timeout");
    }

    private Retry retry() {
        SourceNode node = keys.node("retry").orElse(null);
        if (node == null) {
            return Retry.UNSAID;
        }
        Keys retry = Keys.of(file(), node, "retry of " + what()).only(CellFormat.RETRY);
        Integer attempts = retry.integer("max_attempts", 1, CellFormat.MAX_ATTEMPTS);
        Duration base = retry.duration("base");
        return new Retry(
                attempts == null ? 0 : attempts,
                retry.word("backoff", Retry.Backoff.class).orElse(Retry.UNSAID.backoff()),
                base == null ? Retry.UNSAID.base() : base);
    }

    /** A template of the cell, which may read only cells that run before it. */
    <T> T compiled(Scalar text, Function<String, T> compile, Function<T, TemplateUse> use) {
        T template;
        try {
            template = compile.apply(text.text());
        } catch (TemplateFault fault) {
            fault.all().forEach(each -> file().fault(file().wrong(text, each)));
            return compile.apply("stands for one that is wrong");
        }
        TemplateUse reads = use.apply(template);
        reads.cells().forEach((read, line) -> checked(text, () -> checkReference(read, line)));
        reads.states()
                .forEach((key, line) ->
                        checked(text, () -> file().state().check(key, line, what())));
        return template;
    }

    private void checked(Scalar text, Runnable check) {
        try {
            check.run();
        } catch (TemplateFault fault) {
            file().fault(file().wrong(text, fault));
        }
    }

    /** A template of text. */
    PromptTemplate prompt(Scalar text) {
        return prompt(text, Set.of());
    }

    /** A template of text that may read {@code more} names than others. */
    PromptTemplate prompt(Scalar text, Set<String> more) {
        Set<String> all = new TreeSet<>(given);
        all.addAll(more);
        return compiled(text, each -> PromptTemplate.compile(each, all), PromptTemplate::use);
    }

    /** A template of one value: a lone expression keeps its type. */
    PromptTemplate value(Scalar text) {
        return compiled(
                text, each -> PromptTemplate.compileValue(each, given), PromptTemplate::use);
    }

    /** A number, boolean or null as written: its own expression. */
    PromptTemplate constant(Scalar scalar) {
        JsonNode value = scalar.value();
        boolean holds =
                !value.isNumber()
                        || value.canConvertToLong()
                        || Double.isFinite(value.doubleValue());
        String literal = value.isNull() ? "none" : value.asText();
        try {
            if (holds) {
                return PromptTemplate.compileValue("{{ " + literal + " }}");
            }
        } catch (TemplateFault fault) {
            // Told below: the words of an expression are not the author's.
        }
        throw file().wrong(
                        scalar.place(),
                        "the number " + Names.quoted(scalar.text()) + " is too large for " + what())
                .hint("write it as text, in quotes");
    }

    private void checkReference(String read, int line) {
        if (!earlier.contains(read)) {
            throw noSuchCell(read, line, "no cell of that name runs before " + what(), earlier);
        }
    }

    /** {@code outputs.read} is there for none of {@code cells}. */
    static TemplateFault noSuchCell(String read, int line, String reason, Set<String> cells) {
        return new TemplateFault(
                line,
                "outputs." + read + " is not there: " + reason,
                NearestName.of(read, cells)
                        .map(near -> "did you mean outputs." + near + "?")
                        .orElse(""));
    }
}
