package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.OnError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Checks a call's names before anything is run: DuckDB compares them without regard to case. */
final class ShapeCheck {
    static final List<String> META_COLUMNS =
            List.of("_session_id", "_cost", "_tokens_in", "_tokens_out", "_cached", "_duration_ms");
    static final String ERROR_COLUMN = "_error";

    private ShapeCheck() {}

    static void check(CascadeCall call, CallShape shape) {
        Set<String> inputs = new HashSet<>();
        for (String column : shape.inputColumns()) {
            if (key(column).startsWith("_rvbbit")) {
                throw new SqlException(
                                SqlState.RESERVED_NAME,
                                "column name \"" + column + "\" is reserved")
                        .at(call.queryPosition())
                        .hint("give it an alias");
            }
            if (!inputs.add(key(column))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "the query of USING has two columns named \"" + column + "\"")
                        .at(call.queryPosition())
                        .hint("give it an alias");
            }
        }
        checkOutputs(call, shape, inputs);
        columns("dedupe_by", call.options().dedupeBy(), shape);
        columns("key", call.options().key(), shape);
    }

    private static void checkOutputs(CascadeCall call, CallShape shape, Set<String> inputs) {
        Set<String> outputs = new HashSet<>();
        for (String name : outputNames(shape)) {
            if (call.verb() == CascadeCall.Verb.MAP && inputs.contains(key(name))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "output column \"" + name + "\" is also a column of the query")
                        .at(call.cascadePosition())
                        .hint("name the output with AS, or give the input column an alias");
            }
            if (!outputs.add(key(name))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "two output columns are named \"" + name + "\"")
                        .at(call.cascadePosition())
                        .hint("name the output with AS");
            }
        }
    }

    private static List<String> outputNames(CallShape shape) {
        List<String> names = new ArrayList<>();
        switch (shape.outputs()) {
            case OutputShape.Text text -> names.add(text.name());
            case OutputShape.Typed typed ->
                    typed.columns().forEach(column -> names.add(column.name()));
        }
        if (shape.meta()) {
            names.addAll(META_COLUMNS);
        }
        if (shape.onError() == OnError.COLUMN) {
            names.add(ERROR_COLUMN);
        }
        return names;
    }

    /** The input columns that these names mean. */
    static List<String> columns(String option, List<String> names, CallShape shape) {
        return names.stream().map(name -> column(option, name, shape.inputColumns())).toList();
    }

    private static String column(String option, String name, List<String> inputs) {
        return inputs.stream()
                .filter(input -> key(input).equals(key(name)))
                .findFirst()
                .orElseThrow(() -> missing(option, name, inputs));
    }

    private static SqlException missing(String option, String name, List<String> inputs) {
        String nearest =
                NearestName.of(name, inputs).map(near -> "did you mean " + near + "? ").orElse("");
        return new SqlException(
                        SqlState.UNDEFINED_COLUMN,
                        "column \"%s\" of %s is not in the query".formatted(name, option))
                .hint(nearest + "columns: " + String.join(", ", inputs));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
