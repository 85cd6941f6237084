package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.ColumnOrigin;
import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.gateway.catalog.ColumnOrigins.Tables;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The columns of the client's tables and views, and the enums, with their OIDs: for RowDescription.
 *
 * <p>Read once per table and kept until a definition changes anywhere in the server. At most
 * {@value #MOST} tables and enums are kept. Threading: the session's thread only.
 */
final class TableColumns implements Tables {
    private static final int MOST = 500;
    private static final String SQL =
            """
            SELECT nspname, column_name, rvbbit.pgc._oid('class', nspname, table_name), column_index,
              CASE WHEN starts_with(data_type, 'ENUM(') THEN coalesce((
                SELECT min(rvbbit.pgc._oid('type', t.schema_name, t.type_name)) FROM duckdb_types() t
                WHERE t.database_name = current_database() AND t.logical_type = 'ENUM'
                  AND data_type = 'ENUM(' || list_aggregate(list_transform(t.labels,
                    lambda l: '''' || replace(l, '''', '''''') || ''''), 'string_agg', ', ') || ')'), 0) ELSE 0 END,
              coalesce((SELECT max(rvbbit.pgc._declared_type(d.expression)) FROM duckdb_constraints() d
                WHERE d.database_name = c.database_name AND d.table_oid = c.table_oid AND d.constraint_type = 'CHECK'
                  AND d.constraint_column_names[1] = c.column_name), '')
            FROM (SELECT *,
                CASE database_name WHEN 'temp' THEN 'pg_temp_1' WHEN current_database() THEN schema_name
                  ELSE database_name END AS nspname,
                CASE database_name WHEN 'temp' THEN 0 WHEN current_database()
                  THEN coalesce(list_position(rvbbit.pgc._path(), database_name || '.' || schema_name),
                    list_position(rvbbit.pgc._path(), schema_name))
                  ELSE list_position(rvbbit.pgc._path(), database_name || '.' || schema_name) END AS place
              FROM duckdb_columns() WHERE NOT internal AND lower(table_name) = lower({table})
                AND (database_name IN ('temp', current_database())
                  OR database_name IN ('rvbbit', 'examples') AND schema_name = 'main')) c
            WHERE {where} ORDER BY place, nspname, column_index\
            """;

    private static final String ENUM =
            """
            SELECT coalesce(min(rvbbit.pgc._oid('type', schema_name, type_name)), 0) FROM duckdb_types()
            WHERE database_name = current_database() AND logical_type = 'ENUM' AND labels = [{labels}]\
            """;

    private final EngineConnection connection;
    private final FunctionUses definitions;
    private final Map<List<String>, Optional<List<NamedColumn>>> known = new HashMap<>();
    private final Map<List<String>, Integer> enums = new HashMap<>();
    private long version = -1;
    private String path = "";

    TableColumns(EngineConnection connection, FunctionUses definitions) {
        this.connection = connection;
        this.definitions = definitions;
    }

    /** Forgets what another search path may find elsewhere. */
    void searchPath(String newPath) {
        if (!newPath.equals(path)) {
            path = newPath;
            known.clear();
        }
    }

    @Override
    public Optional<List<NamedColumn>> columns(String schema, String table) {
        forgetOld();
        return known.computeIfAbsent(List.of(schema, table), _ -> read(schema, table));
    }

    /** OID of the enum type with these labels; 0 if there is none. */
    int enumType(List<String> labels) {
        forgetOld();
        return enums.computeIfAbsent(labels, this::readEnum);
    }

    private void forgetOld() {
        if (definitions.version() != version || known.size() + enums.size() >= MOST) {
            known.clear();
            enums.clear();
            version = definitions.version();
        }
    }

    private int readEnum(List<String> labels) {
        String literals = labels.stream().map(SqlText::literal).collect(Collectors.joining(", "));
        try (var prepared = connection.prepare(ENUM.replace("{labels}", literals), List.of());
                var cursor = prepared.execute(List.of())) {
            Chunk chunk = Objects.requireNonNull(cursor.next());
            return (int) chunk.column(0).getLong(0);
        }
    }

    private Optional<List<NamedColumn>> read(String schema, String table) {
        String where =
                schema.isEmpty()
                        ? "place IS NOT NULL"
                        : "lower(nspname) = lower("
                                + SqlText.literal(schema.equals("pg_temp") ? "pg_temp_1" : schema)
                                + ")";
        List<NamedColumn> columns = new ArrayList<>();
        String first = "";
        String sql = SQL.replace("{where}", where).replace("{table}", SqlText.literal(table));
        try (var prepared = connection.prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    String found = text(chunk, 0, row);
                    first = first.isEmpty() ? found : first;
                    if (found.equals(first)) {
                        columns.add(
                                new NamedColumn(
                                        text(chunk, 1, row),
                                        new ColumnOrigin(
                                                (int) chunk.column(2).getLong(row),
                                                (int) chunk.column(3).getLong(row),
                                                (int) chunk.column(4).getLong(row),
                                                text(chunk, 5, row))));
                    }
                }
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(columns));
    }

    private static String text(Chunk chunk, int column, int row) {
        return new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8);
    }
}
