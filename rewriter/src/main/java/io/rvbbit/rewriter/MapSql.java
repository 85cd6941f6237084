package io.rvbbit.rewriter;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * RVBBIT MAP as DuckDB SQL.
 *
 * <p>The ORDER BY stands directly below the projection with the function: DuckDB then hands it one
 * full vector of rows, which are answered in parallel, where it otherwise could hand over a few
 * rows at a time.
 */
final class MapSql {
    /** Functions each of whose calls costs something. */
    private static final Set<String> ASKING =
            Set.of("rvbbit", "rvbbit_run", "rvbbit_run_batch", "_rvbbit_fallback");

    private MapSql() {}

    static String of(CascadeCall call, CallShape shape, String caller, String query) {
        String answered =
                """
                  SELECT i.*, _rvbbit_map(%s, %d, %s, i._rvbbit_row, %s) AS _rvbbit_answer
                  FROM (
                    %s ORDER BY _rvbbit_row
                  ) AS i
                """
                        .formatted(
                                caller,
                                call.index(),
                                SqlText.literal(call.cascade()),
                                json(shape.inputColumns()),
                                rows(call, shape, caller, query));
        return OutputSql.of(call, shape, caller, answered);
    }

    /**
     * The rows that {@link #of} answers, unanswered, each with its number and its JSON.
     *
     * <p>Numbers are given in the order of the rows, so there is nothing to sort.
     */
    static String input(CascadeCall call, CallShape shape, String caller, String query) {
        return "SELECT i.*, %s AS _rvbbit_input FROM (%s) AS i"
                .formatted(json(shape.inputColumns()), rows(call, shape, caller, query));
    }

    /** The rows that {@link #of} answers, each with its number and in the order of those. */
    static String rows(CascadeCall call, CallShape shape, String caller, String query) {
        return "SELECT * FROM (%s) WHERE _rvbbit_within(%s, %d, _rvbbit_row, %d)"
                .formatted(numbered(call, shape, query), caller, call.index(), shape.bound());
    }

    /** Number and JSON of rows that stand in a stage. */
    static String unanswered(CallShape shape, String stage) {
        return """
        SELECT i._rvbbit_row, %s AS _rvbbit_input
        FROM %s AS i WHERE i._rvbbit_row BETWEEN $1 AND $2 ORDER BY i._rvbbit_row\
        """
                .formatted(json(shape.inputColumns()), stage);
    }

    /**
     * The rows that {@link #input} gives and the one that tells of more, and nothing is counted.
     */
    static String rows(CascadeCall call, CallShape shape, String query) {
        return "SELECT i._rvbbit_row, %s AS _rvbbit_input FROM (%s) AS i"
                .formatted(json(shape.inputColumns()), numbered(call, shape, query));
    }

    /** The columns that {@link #of} gives, NULL where it asks a cascade. */
    static String unanswered(CascadeCall call, CallShape shape, String query) {
        return OutputSql.unanswered(
                call,
                shape,
                "(SELECT * FROM (%s) WHERE _rvbbit_row <= %d ORDER BY _rvbbit_row)"
                        .formatted(numbered(call, shape, query), shape.bound()));
    }

    /** What {@link #of} makes of its answered rows, of those that stand in a stage. */
    static String output(CascadeCall call, CallShape shape, String caller, String stage) {
        String answered =
                """
                  SELECT i.*, _rvbbit_answer(%s, %d, i._rvbbit_row) AS _rvbbit_answer
                  FROM (
                    SELECT * FROM %s WHERE _rvbbit_row BETWEEN $1 AND $2 ORDER BY _rvbbit_row
                  ) AS i
                """
                        .formatted(caller, call.index(), stage);
        return OutputSql.of(call, shape, caller, answered);
    }

    private static String json(List<String> columns) {
        return "CAST(to_json(struct_pack(" + fields(columns) + ")) AS VARCHAR)";
    }

    private static String fields(List<String> columns) {
        return columns.stream()
                .map(SqlText::identifier)
                .map(name -> name + " := i." + name)
                .collect(Collectors.joining(", "));
    }

    // The query may end in a comment, so a line break follows it.
    private static String numbered(CascadeCall call, CallShape shape, String query) {
        long rows = shape.bound() + 1;
        List<String> keys = dedupeKeys(call, shape);
        if (keys.isEmpty() && asks(query)) {
            // A limit just above the query keeps it from asking for rows that nobody takes.
            return "SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (SELECT * FROM (\n%s\n    ) AS q LIMIT %d) AS q"
                    .formatted(query, rows);
        }
        if (keys.isEmpty()) {
            return "SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (\n%s\n    ) AS q LIMIT %d"
                    .formatted(query, rows);
        }
        String partition = keys.stream().map(key -> "q." + key).collect(Collectors.joining(", "));
        // Duplicates go before the limit: it bounds the rows that are mapped. PARTITION BY takes
        // two NULLs for the same.
        return """
        SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
              SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
        %s
              ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY %s ORDER BY q._rvbbit_input) = 1
            ) AS q ORDER BY _rvbbit_row LIMIT %d\
        """
                .formatted(query, partition, rows);
    }

    private static boolean asks(String query) {
        return Identifiers.of(query).stream().anyMatch(ASKING::contains);
    }

    // Whole rows that are equal have equal keys, so dedupe_by does DISTINCT's work too.
    private static List<String> dedupeKeys(CascadeCall call, CallShape shape) {
        Options options = call.options();
        List<String> columns =
                options.dedupeBy().isEmpty() && options.distinct()
                        ? shape.inputColumns()
                        : ShapeCheck.columns("dedupe_by", options.dedupeBy(), shape);
        return columns.stream().map(SqlText::identifier).toList();
    }
}
