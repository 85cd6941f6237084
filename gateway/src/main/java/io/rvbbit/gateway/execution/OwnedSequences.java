package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectSql;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The sequences of serial and identity columns, which go when their table goes.
 *
 * <p>One is known by its name, as PostgreSQL gives it, and by the column's default. Threading: the
 * session's thread only.
 */
final class OwnedSequences {
    private final ClientContext client;
    private final List<String> names;

    private OwnedSequences(ClientContext client, List<String> names) {
        this.client = client;
        this.names = names;
    }

    /** Those of the tables that this statement drops. */
    static OwnedSequences of(ClientContext client, DialectSql sql) {
        List<String> statements = new ArrayList<>(sql.before());
        statements.add(sql.text());
        List<String> names = new ArrayList<>();
        for (String statement : statements) {
            List<Token> tokens = Lexer.tokens(statement);
            if (tokens.getFirst().is("DROP") && tokens.get(1).is("TABLE")) {
                names.addAll(of(client, tokens));
            }
        }
        return new OwnedSequences(client, names);
    }

    private static List<String> of(ClientContext client, List<Token> tokens) {
        int at = tokens.get(2).is("IF") ? 4 : 2;
        String schema = "";
        while (tokens.get(at + 1).isOperator(".")) {
            schema = tokens.get(at).identifier();
            at += 2;
        }
        if (!tokens.get(at).isIdentifier()) {
            return List.of();
        }
        String table = SqlText.literal(tokens.get(at).identifier());
        String place =
                schema.isEmpty()
                        ? "schema_name IN ('public', 'main')"
                        : "schema_name = " + SqlText.literal(schema);
        String query =
                """
                SELECT DISTINCT s.database_name, s.schema_name, s.sequence_name
                FROM duckdb_columns() c JOIN duckdb_sequences() s
                  ON s.sequence_name = %1$s || '_' || c.column_name || '_seq'
                  AND s.schema_name = c.schema_name AND s.database_name = c.database_name
                WHERE lower(c.table_name) = lower(%1$s) AND c.%2$s
                  AND c.column_default LIKE 'nextval(%%'
                """
                        .formatted(table, place);
        List<String> names = new ArrayList<>();
        try (var prepared = client.connection().prepare(query, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    names.add(
                            text(chunk, 0, row)
                                    + "."
                                    + text(chunk, 1, row)
                                    + "."
                                    + text(chunk, 2, row));
                }
            }
        }
        return names;
    }

    private static String text(Chunk chunk, int column, int row) {
        byte[] bytes = chunk.column(column).getBytes(row);
        return SqlText.identifier(new String(bytes, StandardCharsets.UTF_8));
    }

    void drop() {
        for (String name : names) {
            client.run("DROP SEQUENCE IF EXISTS " + name);
        }
    }
}
