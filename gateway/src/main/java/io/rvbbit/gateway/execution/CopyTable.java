package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.CatalogQuery;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Target.TableName;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A table that COPY names, as it stands now.
 *
 * @param name as written
 * @param kind {@code table}, {@code view} or {@code sequence}
 * @param columns all of them, generated ones included
 * @param generated names in lower case
 * @param notNull names in lower case
 */
record CopyTable(
        TableName name,
        String kind,
        List<Column> columns,
        Set<String> generated,
        Set<String> notNull) {

    CopyTable {
        columns = List.copyOf(columns);
        generated = Set.copyOf(generated);
        notNull = Set.copyOf(notNull);
    }

    /**
     * Finds the table.
     *
     * @throws SqlException 42P01
     */
    static CopyTable find(ClientContext client, TableName name) {
        EngineConnection connection = client.connection();
        List<String> found = entry(connection, name);
        if (!found.isEmpty() && found.getFirst().equals("sequence")) {
            return new CopyTable(name, "sequence", List.of(), Set.of(), Set.of());
        }
        String all = "SELECT * FROM " + name.text();
        String sql = CatalogQuery.rewrite(all);
        // A name that is neither a relation nor the catalogue's might still be a file's.
        if (found.isEmpty() && sql.equals(all)) {
            throw new SqlException(
                    SqlState.UNDEFINED_TABLE,
                    "relation \"" + name.parts().getLast() + "\" does not exist");
        }
        List<Column> columns;
        try (var prepared = connection.prepare(sql, List.of())) {
            columns = PgColumns.loaded(client, all, prepared.columns());
        } catch (SqlException e) {
            throw e.at(0);
        }
        if (found.isEmpty()) {
            return new CopyTable(name, "table", columns, Set.of(), Set.of());
        }
        boolean books = found.get(1).equals("rvbbit");
        return new CopyTable(
                name,
                books ? "table" : found.getFirst(),
                columns,
                generatedIn(found.get(3)),
                notNull(connection, name, found.get(1), found.get(2)));
    }

    /** Kind, database, schema and definition of the first that the search path leads to. */
    private static List<String> entry(EngineConnection connection, TableName name) {
        String sql =
                """
                SELECT kind, database_name, schema_name, definition FROM (
                  SELECT database_name, schema_name, table_name AS name, 'table' AS kind,
                         sql AS definition FROM duckdb_tables()
                  UNION ALL SELECT database_name, schema_name, view_name, 'view', ''
                    FROM duckdb_views() WHERE NOT internal
                  UNION ALL SELECT database_name, schema_name, sequence_name, 'sequence', ''
                    FROM duckdb_sequences())
                WHERE lower(name) = lower(%s) AND %s
                ORDER BY database_name = 'temp' DESC, database_name = current_database() DESC,
                         list_position(current_schemas(true), schema_name) NULLS LAST,
                         database_name = 'rvbbit' DESC
                LIMIT 1\
                """
                        .formatted(literal(name), place(name));
        return firstRow(connection, sql);
    }

    private static String literal(TableName name) {
        return SqlText.literal(name.parts().getLast());
    }

    private static String place(TableName name) {
        List<String> parts = name.parts();
        String ours =
                "database_name IN (current_database(), 'temp', 'rvbbit', 'examples', 'system')";
        if (parts.size() == 1) {
            return ours + " AND list_contains(current_schemas(true), schema_name)";
        }
        String schema = SqlText.literal(parts.get(parts.size() - 2));
        if (parts.size() == 2) {
            return "(lower(schema_name) = lower(%1$s) AND %2$s OR lower(database_name) = lower(%1$s))"
                    .formatted(schema, ours);
        }
        return "lower(schema_name) = lower(%s) AND lower(database_name) = lower(%s)"
                .formatted(schema, SqlText.literal(parts.get(parts.size() - 3)));
    }

    private static Set<String> notNull(
            EngineConnection connection, TableName name, String database, String schema) {
        String sql =
                """
                SELECT column_name FROM duckdb_columns()
                WHERE NOT is_nullable AND database_name = %s AND schema_name = %s
                  AND lower(table_name) = lower(%s)\
                """
                        .formatted(
                                SqlText.literal(database), SqlText.literal(schema), literal(name));
        Set<String> columns = new HashSet<>();
        for (List<String> row : rows(connection, sql)) {
            columns.add(row.getFirst().toLowerCase(Locale.ROOT));
        }
        return columns;
    }

    private static List<String> firstRow(EngineConnection connection, String sql) {
        List<List<String>> rows = rows(connection, sql);
        return rows.isEmpty() ? List.of() : rows.getFirst();
    }

    private static List<List<String>> rows(EngineConnection connection, String sql) {
        List<List<String>> rows = new ArrayList<>();
        try (var prepared = connection.prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            int width = prepared.columns().size();
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    List<String> values = new ArrayList<>();
                    for (int i = 0; i < width; i++) {
                        values.add(
                                new String(chunk.column(i).getBytes(row), StandardCharsets.UTF_8));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    /** DuckDB tells generated columns from defaults only in the table's definition. */
    private static Set<String> generatedIn(String definition) {
        Set<String> names = new HashSet<>();
        int depth = 0;
        String column = "";
        boolean begins = false;
        for (Token token : Lexer.tokensUpToFault(definition)) {
            if (begins && token.isIdentifier()) {
                column = token.identifier().toLowerCase(Locale.ROOT);
            } else if (depth == 1 && token.is("GENERATED")) {
                names.add(column);
            }
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
            begins = depth == 1 && (token.isOperator("(") || token.isOperator(","));
        }
        return names;
    }

    /**
     * The columns that are copied: those listed, or all but the generated ones.
     *
     * @throws SqlException 42703, 42701 or 42P10
     */
    List<Column> copied(List<String> listed) {
        List<Column> copied = new ArrayList<>();
        if (listed.isEmpty()) {
            columns.stream().filter(column -> !isGenerated(column)).forEach(copied::add);
            return copied;
        }
        for (String wanted : listed) {
            Column column = column(wanted);
            if (isGenerated(column)) {
                throw new SqlException(
                                SqlState.INVALID_COLUMN_DEFINITION,
                                "column \"" + column.name() + "\" is a generated column")
                        .detail("Generated columns cannot be used in COPY.");
            }
            if (copied.contains(column)) {
                throw new SqlException(
                        SqlState.DUPLICATE_COLUMN,
                        "column \"" + column.name() + "\" specified more than once");
            }
            copied.add(column);
        }
        return copied;
    }

    private Column column(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new SqlException(
                                SqlState.UNDEFINED_COLUMN,
                                "column \"%s\" of relation \"%s\" does not exist"
                                        .formatted(name, lastName())));
    }

    private boolean isGenerated(Column column) {
        return generated.contains(column.name().toLowerCase(Locale.ROOT));
    }

    boolean isNotNull(Column column) {
        return notNull.contains(column.name().toLowerCase(Locale.ROOT));
    }

    String lastName() {
        return name.parts().getLast();
    }

    /** Options that name columns must name such as are copied. */
    void check(CopyOptions options, List<Column> copied) {
        check("FORCE_QUOTE", options.forceQuote(), copied);
        check("FORCE_NOT_NULL", options.forceNotNull(), copied);
        check("FORCE_NULL", options.forceNull(), copied);
    }

    private void check(String option, CopyOptions.Columns named, List<Column> copied) {
        for (String wanted : named.names()) {
            Column column = column(wanted);
            if (!copied.contains(column)) {
                throw new SqlException(
                        SqlState.INVALID_COLUMN_DEFINITION,
                        "%s column \"%s\" not referenced by COPY".formatted(option, column.name()));
            }
        }
    }

    static String names(List<Column> columns) {
        return String.join(
                ", ", columns.stream().map(column -> SqlText.identifier(column.name())).toList());
    }
}
