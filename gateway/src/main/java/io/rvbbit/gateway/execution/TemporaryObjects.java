package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.rewriter.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Drops a session's temporary tables and views, as DISCARD TEMP does. Threading: stateless. */
final class TemporaryObjects {
    private static final String NAMES =
            """
            SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal
            UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary\
            """;

    private TemporaryObjects() {}

    static void dropAll(ClientContext client) {
        List<String> statements = new ArrayList<>();
        try (var prepared = client.connection().prepare(NAMES, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    statements.add(
                            "DROP %s IF EXISTS temp.main.%s"
                                    .formatted(
                                            text(chunk, 0, row),
                                            SqlText.identifier(text(chunk, 1, row))));
                }
            }
        }
        statements.forEach(client::run);
    }

    private static String text(Chunk chunk, int column, int row) {
        return new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8);
    }
}
