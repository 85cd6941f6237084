package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.OutputShape.Column;
import io.rvbbit.rewriter.OutputShape.Text;
import io.rvbbit.rewriter.OutputShape.Typed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result columns of a clause, taken from the answers that a subquery gives.
 *
 * <p>The subquery has the input columns, {@code _rvbbit_row} and {@code _rvbbit_answer}. Typed
 * columns get their raw values in a projection of their own, so that TRY sees a column and not the
 * volatile function below it.
 */
final class OutputSql {
    /** In the order of {@link ShapeCheck#META_COLUMNS}. */
    private static final List<String> META_TYPES =
            List.of("VARCHAR", "DECIMAL(18,12)", "BIGINT", "BIGINT", "BOOLEAN", "BIGINT");

    private final CascadeCall call;
    private final CallShape shape;
    private final String caller;
    private final List<String> columns = new ArrayList<>();
    private final List<String> raws = new ArrayList<>();

    private OutputSql(CascadeCall call, CallShape shape, String caller) {
        this.call = call;
        this.shape = shape;
        this.caller = caller;
    }

    static String of(CascadeCall call, CallShape shape, String caller, String answered) {
        return new OutputSql(call, shape, caller).select(answered);
    }

    /** The same columns, of rows that nobody answers: NULL for all but the input columns. */
    static String unanswered(CascadeCall call, CallShape shape, String rows) {
        List<String> columns = new ArrayList<>();
        if (call.verb() == Verb.MAP) {
            shape.inputColumns().forEach(name -> columns.add("m." + SqlText.identifier(name)));
        }
        switch (shape.outputs()) {
            case Text text -> columns.add(nothing("VARCHAR", text.name()));
            case Typed typed ->
                    typed.columns().forEach(each -> columns.add(nothing(each.type(), each.name())));
        }
        if (shape.meta()) {
            for (int i = 0; i < META_TYPES.size(); i++) {
                columns.add(nothing(META_TYPES.get(i), ShapeCheck.META_COLUMNS.get(i)));
            }
        }
        if (shape.onError() == OnError.COLUMN) {
            columns.add(nothing("JSON", ShapeCheck.ERROR_COLUMN));
        }
        return "SELECT " + String.join(", ", columns) + " FROM " + rows + " AS m";
    }

    private static String nothing(String type, String name) {
        return "CAST(NULL AS " + type + ") AS " + SqlText.identifier(name);
    }

    private String select(String answered) {
        if (call.verb() == Verb.MAP) {
            shape.inputColumns().forEach(name -> columns.add("m." + SqlText.identifier(name)));
        }
        switch (shape.outputs()) {
            case Text text -> add(member("value"), text.name());
            case Typed typed -> typed.columns().forEach(this::addTyped);
        }
        if (shape.meta()) {
            addMeta();
        }
        if (shape.onError() != OnError.COLUMN) {
            return "SELECT "
                    + String.join(", ", columns)
                    + "\nFROM (\n"
                    + source(answered)
                    + ") AS m";
        }
        if (raws.isEmpty()) {
            add(error("m", "m._rvbbit_answer"), ShapeCheck.ERROR_COLUMN);
            return "SELECT "
                    + String.join(", ", columns)
                    + "\nFROM (\n"
                    + source(answered)
                    + ") AS m";
        }
        return withErrorAbove(answered);
    }

    private String source(String answered) {
        if (raws.isEmpty()) {
            return answered;
        }
        return "  SELECT a.*, %s\n  FROM (\n%s  ) AS a\n"
                .formatted(String.join(", ", raws), answered);
    }

    private void add(String expression, String name) {
        columns.add(expression + " AS " + SqlText.identifier(name));
    }

    private void addTyped(Column column) {
        TypedValue value = TypedValue.of(column);
        String raw = "_rvbbit_raw_" + raws.size();
        raws.add(value.raw("a._rvbbit_answer") + " AS " + raw);
        String reference = "m." + raw;
        add(value(call, caller, column, reference), column.name());
    }

    /** A typed value; NULL where it does not fit, which is the row's error. */
    static String value(CascadeCall call, String caller, Column column, String raw) {
        TypedValue value = TypedValue.of(column);
        String failed =
                "_rvbbit_cast_failed(%s, %d, m._rvbbit_row, %s, %s, %s)"
                        .formatted(
                                caller,
                                call.index(),
                                SqlText.literal(column.name()),
                                SqlText.literal(column.type()),
                                value.text(raw));
        String cast = value.cast(raw);
        return "CASE WHEN %s IS NULL THEN NULL WHEN %s IS NOT NULL THEN %s ELSE TRY_CAST(%s AS %s) END"
                .formatted(raw, cast, cast, failed, column.type());
    }

    private void addMeta() {
        add(member("session_id"), "_session_id");
        add("CAST(" + member("cost") + " AS DECIMAL(18,12))", "_cost");
        add("CAST(" + member("tokens_in") + " AS BIGINT)", "_tokens_in");
        add("CAST(" + member("tokens_out") + " AS BIGINT)", "_tokens_out");
        add("CAST(" + member("cached") + " AS BOOLEAN)", "_cached");
        add("CAST(" + member("duration_ms") + " AS BIGINT)", "_duration_ms");
    }

    private static String member(String name) {
        return "json_extract_string(m._rvbbit_answer, '$." + name + "')";
    }

    private String error(String table, String answer) {
        return "CAST(_rvbbit_row_error(%s, %d, %s._rvbbit_row, %s) AS JSON)"
                .formatted(caller, call.index(), table, answer);
    }

    /**
     * A failed cast is told by {@code _error} of its row, so that column reads the typed ones: they
     * are computed before it, and also where the statement around asks for {@code _error} alone.
     */
    private String withErrorAbove(String answered) {
        List<String> typed = names(((Typed) shape.outputs()).columns());
        String someNull =
                typed.stream().map(name -> name + " IS NULL").collect(Collectors.joining(" OR "));
        String answer =
                "CASE WHEN " + someNull + " THEN e._rvbbit_answer ELSE e._rvbbit_answer END";
        List<String> above = new ArrayList<>();
        if (call.verb() == Verb.MAP) {
            shape.inputColumns().forEach(name -> above.add("e." + SqlText.identifier(name)));
        }
        above.addAll(typed);
        if (shape.meta()) {
            ShapeCheck.META_COLUMNS.forEach(name -> above.add("e." + SqlText.identifier(name)));
        }
        above.add(error("e", answer) + " AS " + SqlText.identifier(ShapeCheck.ERROR_COLUMN));
        return "SELECT %s\nFROM (\n  SELECT %s, m._rvbbit_row, m._rvbbit_answer\n  FROM (\n%s  ) AS m\n) AS e"
                .formatted(String.join(", ", above), String.join(", ", columns), source(answered));
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(column -> "e." + SqlText.identifier(column.name())).toList();
    }
}
