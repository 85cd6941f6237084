package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code IF EXISTS} and {@code IF NOT EXISTS} pass over, which PostgreSQL tells by a NOTICE.
 *
 * <p>Threading: the session's thread only.
 */
final class SkippedObjects {
    private final ClientContext client;
    private final List<Token> tokens;

    private SkippedObjects(ClientContext client, List<Token> tokens) {
        this.client = client;
        this.tokens = tokens;
    }

    /**
     * Tells it before the statement runs; nothing for one without such words.
     *
     * @return whether a DROP finds nothing at all to drop: of the server's own views, which the
     *     engine would find along the search path, none is meant
     */
    static boolean tell(ClientContext client, String text) {
        List<Token> tokens = Lexer.tokensUpToFault(text);
        if (!tokens.getFirst().isAny("DROP", "CREATE")) {
            return false;
        }
        int kind = 1;
        while (tokens.get(kind).isAny("TEMP", "TEMPORARY", "UNIQUE")) {
            kind++;
        }
        int at = kind + 1;
        SkippedObjects objects = new SkippedObjects(client, tokens);
        if (!tokens.get(at).is("IF")) {
            return false;
        }
        if (tokens.getFirst().is("DROP") && tokens.get(at + 1).is("EXISTS")) {
            return objects.dropped(tokens.get(kind), at + 2);
        }
        if (tokens.get(at + 1).is("NOT") && tokens.get(at + 2).is("EXISTS")) {
            objects.created(tokens.get(kind), at + 3);
        }
        return false;
    }

    private boolean dropped(Token kind, int names) {
        String word = kind.text().toLowerCase(Locale.ROOT);
        int at = names;
        boolean nothing = true;
        while (tokens.get(at).isIdentifier()) {
            List<String> name = name(at);
            boolean absent = isKnown(word) && !exists(word, name);
            nothing &= absent && name.size() == 1;
            if (absent) {
                List<String> schema = name.subList(0, name.size() - 1);
                boolean nowhere = !schema.isEmpty() && !exists("schema", schema);
                client.notices()
                        .notice(
                                SqlState.SUCCESSFUL_COMPLETION,
                                "%s \"%s\" does not exist, skipping"
                                        .formatted(
                                                nowhere ? "schema" : word,
                                                nowhere ? schema.getLast() : name.getLast()));
            }
            at += 2 * name.size() - 1;
            if (!tokens.get(at).isOperator(",")) {
                break;
            }
            at++;
        }
        return nothing;
    }

    private void created(Token kind, int at) {
        String word = kind.text().toLowerCase(Locale.ROOT);
        if (!isKnown(word) || !tokens.get(at).isIdentifier()) {
            return;
        }
        List<String> name = name(at);
        boolean schema = word.equals("schema");
        if (exists(word, name)) {
            client.notices()
                    .notice(
                            schema ? SqlState.DUPLICATE_SCHEMA : SqlState.DUPLICATE_TABLE,
                            "%s \"%s\" already exists, skipping"
                                    .formatted(schema ? "schema" : "relation", name.getLast()));
        }
    }

    private List<String> name(int at) {
        List<String> parts = new ArrayList<>(List.of(tokens.get(at).identifier()));
        for (int i = at + 1; tokens.get(i).isOperator("."); i += 2) {
            parts.add(tokens.get(i + 1).identifier());
        }
        return parts;
    }

    private static boolean isKnown(String kind) {
        return List.of("table", "view", "sequence", "index", "schema", "type").contains(kind);
    }

    private boolean exists(String kind, List<String> name) {
        String schema = "list_contains(current_schemas(true), schema_name)";
        if (kind.equals("schema")) {
            schema = "true";
        } else if (name.size() > 1) {
            schema =
                    "lower(schema_name) = lower(%s)"
                            .formatted(SqlText.literal(name.get(name.size() - 2)));
        }
        String catalogue = kind.equals("index") ? "indexes" : kind + "s";
        String sql =
                """
                SELECT 1 FROM duckdb_%s() WHERE lower(%s_name) = lower(%s) AND %s
                AND database_name IN (current_database(), 'temp') LIMIT 1\
                """
                        .formatted(catalogue, kind, SqlText.literal(name.getLast()), schema);
        try (var prepared = client.connection().prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            Chunk chunk = cursor.next();
            return chunk != null && chunk.rows() > 0;
        }
    }
}
