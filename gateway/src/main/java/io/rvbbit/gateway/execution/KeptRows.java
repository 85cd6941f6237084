package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Target.TableName;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one {@code INSERT … VALUES} has put into its table, as the engine's texts, so that
 * they can be put there again with the same numbers and times.
 *
 * <p>At most {@value #MOST_CHARACTERS} characters are kept. Threading: the session's thread only.
 */
final class KeptRows {
    private static final int MOST_CHARACTERS = 16 * 1024 * 1024;
    private static final int ROWS_AT_ONCE = 500;

    private final Target target;
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private long characters;

    /**
     * Where the rows go, and how the statement tells them.
     *
     * @param table as written
     * @param columns those that take values, quoted and with commas between
     * @param sql the statement, which gives the kept columns behind its own
     * @param width how many columns are kept
     * @param rows how many rows the statement gives
     */
    record Target(String table, String columns, String sql, int width, int rows) {
        /** Empty for a statement whose rows are not all given in it, or can't be kept as texts. */
        static Optional<Target> of(ClientContext client, String engineSql) {
            List<Token> tokens = Lexer.tokensUpToFault(engineSql);
            if (!tokens.getFirst().is("INSERT")
                    || !tokens.get(1).is("INTO")
                    || tokens.stream().noneMatch(token -> token.is("VALUES"))
                    || tokens.stream().anyMatch(token -> token.isAny("SELECT", "CONFLICT"))) {
                return Optional.empty();
            }
            int last = 2;
            List<String> parts = new ArrayList<>(List.of(tokens.get(last).identifier()));
            while (tokens.get(last + 1).isOperator(".")) {
                last += 2;
                parts.add(tokens.get(last).identifier());
            }
            String table = engineSql.substring(tokens.get(2).start(), tokens.get(last).end());
            List<Column> columns;
            try {
                columns = CopyTable.find(client, new TableName(table, parts)).copied(List.of());
            } catch (SqlException _) {
                // What is wrong with its table, the statement itself tells.
                return Optional.empty();
            }
            boolean texts =
                    columns.stream()
                            .map(column -> column.type().kind())
                            .noneMatch(kind -> kind == EngineType.Kind.UNION);
            if (!texts || columns.isEmpty()) {
                return Optional.empty();
            }
            boolean returning = tokens.stream().anyMatch(token -> token.is("RETURNING"));
            String kept =
                    columns.stream()
                            .map(column -> SqlText.identifier(column.name()) + "::VARCHAR")
                            .collect(Collectors.joining(", "));
            int end = tokens.get(tokens.size() - 2).end();
            String sql = engineSql.substring(0, end) + (returning ? ", " : " RETURNING ") + kept;
            return Optional.of(
                    new Target(
                            table, CopyTable.names(columns), sql, columns.size(), given(tokens)));
        }

        /** The rows behind VALUES; DEFAULT VALUES is one. */
        private static int given(List<Token> tokens) {
            int at = 0;
            while (!tokens.get(at).is("VALUES")) {
                at++;
            }
            if (tokens.get(at - 1).is("DEFAULT")) {
                return 1;
            }
            int rows = 0;
            int depth = 0;
            for (int i = at + 1; i < tokens.size() && !tokens.get(i).is("RETURNING"); i++) {
                boolean opens = tokens.get(i).isOperator("(");
                rows += opens && depth == 0 ? 1 : 0;
                depth += opens ? 1 : tokens.get(i).isOperator(")") ? -1 : 0;
            }
            return rows;
        }
    }

    KeptRows(Target target) {
        this.target = target;
    }

    String sql() {
        return target.sql();
    }

    /** Takes the last columns of what the statement gives. */
    void keep(Chunk chunk, int columns) {
        int first = columns - target.width();
        for (int row = 0; row < chunk.rows() && takesMore(); row++) {
            List<@Nullable String> values = new ArrayList<>(target.width());
            for (int column = first; column < columns; column++) {
                Vector vector = chunk.column(column);
                String text =
                        vector.isNull(row)
                                ? null
                                : new String(vector.getBytes(row), StandardCharsets.UTF_8);
                values.add(text);
                characters += text == null ? 1 : text.length();
            }
            rows.add(values);
        }
        if (!takesMore()) {
            rows.clear();
        }
    }

    /** Nothing is kept, as the statement can't give its rows. */
    void giveUp() {
        characters = Long.MAX_VALUE;
    }

    /** Whether there is room for more. */
    boolean takesMore() {
        return characters <= MOST_CHARACTERS;
    }

    /** Whether all rows of the statement are here. */
    boolean isWhole() {
        return takesMore() && rows.size() == target.rows();
    }

    /** Puts the rows into the table again. */
    void insert(ClientContext client) {
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            String values =
                    rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)).stream()
                            .map(KeptRows::literals)
                            .collect(Collectors.joining(", "));
            client.run(
                    "INSERT INTO %s (%s) VALUES %s"
                            .formatted(target.table(), target.columns(), values));
        }
    }

    private static String literals(List<@Nullable String> row) {
        return row.stream()
                .map(value -> value == null ? "NULL" : SqlText.literal(value))
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
