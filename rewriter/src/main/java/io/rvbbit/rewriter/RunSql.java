package io.rvbbit.rewriter;

/** RVBBIT RUN as DuckDB SQL: one row, whose input was staged before. */
final class RunSql {
    private RunSql() {}

    static String of(CascadeCall call, CallShape shape, String caller) {
        String answered =
                "  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch(%s, %d, %s) AS _rvbbit_answer\n"
                        .formatted(caller, call.index(), SqlText.literal(call.cascade()));
        return OutputSql.of(call, shape, caller, answered);
    }
}
