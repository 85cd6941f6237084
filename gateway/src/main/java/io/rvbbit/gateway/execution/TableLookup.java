package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Target.CreateTable;
import java.util.List;

/** Whether the place where CREATE TABLE would put its table is taken. Threading: stateless. */
final class TableLookup {
    private TableLookup() {}

    static boolean exists(EngineConnection connection, CreateTable create) {
        List<String> parts = create.name().parts();
        String schema =
                parts.size() > 1
                        ? SqlText.literal(parts.get(parts.size() - 2))
                        : create.temporary() ? "'main'" : "current_schema()";
        String database = create.temporary() ? "'temp'" : "current_database()";
        String sql =
                """
                SELECT 1 FROM (
                  SELECT database_name, schema_name, table_name FROM duckdb_tables()
                  UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views())
                WHERE database_name = %s AND schema_name = %s AND lower(table_name) = lower(%s)\
                """
                        .formatted(database, schema, SqlText.literal(parts.getLast()));
        try (var prepared = connection.prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            Chunk chunk = cursor.next();
            return chunk != null && chunk.rows() > 0;
        }
    }
}
