package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.OutputShape.Column;
import io.rvbbit.rewriter.OutputShape.Text;
import io.rvbbit.rewriter.OutputShape.Typed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A MAP that is answered again, as SQL: the rows of its old run, and old and new answers side by
 * side.
 *
 * <p>The columns are the input's, then {@code <col>_old} and {@code <col>_new} for each output,
 * then {@code _changed}, {@code _cost_old} and {@code _cost_new}. An old value that does not fit
 * its column is NULL and says nothing: it was told when it was new. Threading: immutable.
 *
 * @param inputs columns of the old rows
 * @param shape of the new run; it has no meta columns
 */
public record ReplayedCall(CascadeCall call, List<Input> inputs, CallShape shape) {

    /**
     * A column of the old rows.
     *
     * @param type as the engine writes it
     */
    public record Input(String name, String type) {}

    public ReplayedCall {
        inputs = List.copyOf(inputs);
    }

    /**
     * The statement taken apart; its input is in the engine's own dialect, its output in the
     * session's, as the types of AS (…) are.
     *
     * @param caller SQL for the execution's token
     * @param rows how many there are
     * @param stage where the output finds the input's rows: a table's name, fit to be put into SQL
     */
    public StreamedMap streamed(String caller, int rows, String stage) {
        return new StreamedMap(call.index(), input(caller, rows), output(caller, stage));
    }

    /** SQL with the statement's columns, in the session's dialect; to be prepared, not run. */
    public String described(String caller) {
        String stage =
                inputs.stream()
                        .map(input ->
                                "TRY_CAST(NULL AS %s) AS %s, "
                                        .formatted(input.type(), SqlText.identifier(input.name())))
                        .collect(
                                Collectors.joining(
                                        "",
                                        "(SELECT ",
                                        "TRY_CAST(NULL AS BIGINT) AS _rvbbit_row)"));
        return output(caller, stage);
    }

    private String input(String caller, int rows) {
        String columns =
                inputs.stream().map(input -> typed(input) + ", ").collect(Collectors.joining());
        return """
        SELECT %st._rvbbit_row, _rvbbit_old_row(%s, t._rvbbit_row) AS _rvbbit_input
        FROM (
          SELECT r.range AS _rvbbit_row, _rvbbit_old_columns(%s, r.range) AS _rvbbit_columns
          FROM range(1, %d) AS r
        ) AS t\
        """
                .formatted(columns, caller, caller, rows + 1L);
    }

    private static String typed(Input input) {
        return "CAST(%s AS %s) AS %s"
                .formatted(
                        TypedValue.ofRow(input.name(), input.type()).raw("t._rvbbit_columns"),
                        input.type(),
                        SqlText.identifier(input.name()));
    }

    private String output(String caller, String stage) {
        List<String> raws = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<String> oldErrors = new ArrayList<>();
        switch (shape.outputs()) {
            case Text _ -> {
                values.add(member("_rvbbit_old", "value") + " AS _rvbbit_old_0");
                values.add(member("_rvbbit_answer", "value") + " AS _rvbbit_new_0");
            }
            case Typed typed -> {
                for (int i = 0; i < typed.columns().size(); i++) {
                    Column column = typed.columns().get(i);
                    TypedValue value = TypedValue.of(column);
                    raws.add(value.raw("a._rvbbit_old") + " AS _rvbbit_oldraw_" + i);
                    raws.add(value.raw("a._rvbbit_answer") + " AS _rvbbit_newraw_" + i);
                    String old = "m._rvbbit_oldraw_" + i;
                    values.add(value.cast(old) + " AS _rvbbit_old_" + i);
                    values.add(
                            OutputSql.value(call, caller, column, "m._rvbbit_newraw_" + i)
                                    + " AS _rvbbit_new_"
                                    + i);
                    oldErrors.add(
                            "CASE WHEN %s IS NOT NULL AND %s IS NULL THEN _rvbbit_old_cast_error(%s, m._rvbbit_row, %s, %s, %s) END"
                                    .formatted(
                                            old,
                                            value.cast(old),
                                            caller,
                                            SqlText.literal(column.name()),
                                            SqlText.literal(column.type()),
                                            value.text(old)));
                }
            }
        }
        values.add(cost("_rvbbit_old") + " AS _rvbbit_old_cost");
        values.add(cost("_rvbbit_answer") + " AS _rvbbit_new_cost");
        if (tellsErrors()) {
            String told = "NULLIF(json_extract(m._rvbbit_old, '$.error'), 'null')";
            oldErrors.addFirst("TRY_CAST(" + told + " AS VARCHAR)");
            values.add("COALESCE(" + String.join(", ", oldErrors) + ") AS _rvbbit_old_error");
        }
        return """
        SELECT %s
        FROM (
          SELECT m.*, %s
          FROM (
            SELECT a.*%s
            FROM (
              SELECT i.*, _rvbbit_answer(%s, %d, i._rvbbit_row) AS _rvbbit_answer,
                _rvbbit_old_answer(%s, i._rvbbit_row) AS _rvbbit_old
              FROM (
                SELECT * FROM %s AS s WHERE _rvbbit_row BETWEEN $1 AND $2 ORDER BY _rvbbit_row
              ) AS i
            ) AS a
          ) AS m
        ) AS c\
        """
                .formatted(
                        String.join(", ", shown(caller)),
                        String.join(", ", values),
                        raws.stream().map(raw -> ", " + raw).collect(Collectors.joining()),
                        caller,
                        call.index(),
                        caller,
                        stage);
    }

    private List<String> shown(String caller) {
        List<String> names = names();
        List<String> shown = new ArrayList<>();
        inputs.forEach(input -> shown.add("c." + SqlText.identifier(input.name())));
        for (int i = 0; i < names.size(); i++) {
            shown.add("c._rvbbit_old_" + i + " AS " + SqlText.identifier(names.get(i) + "_old"));
            shown.add("c._rvbbit_new_" + i + " AS " + SqlText.identifier(names.get(i) + "_new"));
        }
        if (tellsErrors()) {
            shown.add("TRY_CAST(c._rvbbit_old_error AS JSON) AS \"_error_old\"");
            shown.add(newError(caller, names.size()) + " AS \"_error_new\"");
        }
        shown.add(changed(caller, names.size()) + " AS \"_changed\"");
        shown.add("c._rvbbit_old_cost AS \"_cost_old\"");
        shown.add("c._rvbbit_new_cost AS \"_cost_new\"");
        return shown;
    }

    /** Reads the new values, so that a cast that fails is told before it. */
    private String newError(String caller, int outputs) {
        String someNull = each(outputs, "c._rvbbit_new_%1$d IS NULL");
        return "TRY_CAST(_rvbbit_row_error(%s, %d, c._rvbbit_row, CASE WHEN %s THEN c._rvbbit_answer ELSE c._rvbbit_answer END) AS JSON)"
                .formatted(caller, call.index(), someNull);
    }

    private String changed(String caller, int outputs) {
        return "_rvbbit_compared(%s, %d, c._rvbbit_row, %s, TRY_CAST(c._rvbbit_old_cost AS VARCHAR))"
                .formatted(
                        caller,
                        call.index(),
                        each(outputs, "c._rvbbit_old_%1$d IS DISTINCT FROM c._rvbbit_new_%1$d"));
    }

    private static String each(int outputs, String condition) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            all.add(condition.formatted(i));
        }
        return String.join(" OR ", all);
    }

    private List<String> names() {
        return switch (shape.outputs()) {
            case Text text -> List.of(text.name());
            case Typed typed -> typed.columns().stream().map(Column::name).toList();
        };
    }

    private boolean tellsErrors() {
        return shape.onError() == OnError.COLUMN;
    }

    private static String cost(String envelope) {
        return "TRY_CAST(" + member(envelope, "cost") + " AS DECIMAL(18,12))";
    }

    private static String member(String envelope, String name) {
        return "json_extract_string(m." + envelope + ", '$." + name + "')";
    }
}
