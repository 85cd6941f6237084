package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.CallSite.Argument;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A few values of a call's arguments: literals, and what the tables hold that the statement names.
 *
 * <p>Views are left alone, since reading one may take long, or cost something. Threading: the
 * session's thread only.
 */
final class FallbackSamples {
    private static final int ROWS = 3;
    private static final int LONGEST = 200;

    private FallbackSamples() {}

    /** One line for each argument of which there are values; empty for none. */
    static String of(ClientContext client, String statement, CallSite call) {
        Set<String> tables = null;
        List<String> lines = new ArrayList<>();
        for (Argument argument : call.arguments()) {
            List<Token> tokens =
                    Lexer.tokens(statement.substring(argument.start(), argument.end()));
            List<String> values = new ArrayList<>();
            if (tokens.size() == 2 && tokens.getFirst().isString()) {
                values.add(tokens.getFirst().string());
            } else if (tokens.size() == 2 && tokens.getFirst().kind() == Token.Kind.NUMBER) {
                values.add(tokens.getFirst().text());
            } else if (isColumn(tokens)) {
                tables = tables == null ? tables(client, statement) : tables;
                values.addAll(values(client, tokens.get(tokens.size() - 2).identifier(), tables));
            }
            if (!values.isEmpty()) {
                lines.add(
                        argument.name()
                                + ": "
                                + String.join(
                                        " | ", values.stream().map(FallbackSamples::cut).toList()));
            }
        }
        return String.join("\n", lines);
    }

    private static boolean isColumn(List<Token> tokens) {
        for (int at = 0; at + 1 < tokens.size(); at++) {
            boolean fits =
                    at % 2 == 0 ? tokens.get(at).isIdentifier() : tokens.get(at).isOperator(".");
            if (!fits) {
                return false;
            }
        }
        return tokens.size() % 2 == 0;
    }

    /** What stands behind FROM and JOIN and is a table, as SQL. */
    private static Set<String> tables(ClientContext client, String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        Set<String> tables = new LinkedHashSet<>();
        for (int at = 0; at + 1 < tokens.size(); at++) {
            Token name = tokens.get(at + 1);
            if (!tokens.get(at).isAny("FROM", "JOIN") || !name.isIdentifier()) {
                continue;
            }
            StringBuilder sql = new StringBuilder(SqlText.identifier(name.identifier()));
            int last = at + 1;
            while (last + 2 < tokens.size()
                    && tokens.get(last + 1).isOperator(".")
                    && tokens.get(last + 2).isIdentifier()) {
                last += 2;
                sql.append('.').append(SqlText.identifier(tokens.get(last).identifier()));
            }
            String lastName = tokens.get(last).identifier();
            if (!read(
                            client,
                            "SELECT '' FROM duckdb_tables() WHERE NOT internal AND"
                                    + " lower(table_name) = lower("
                                    + SqlText.literal(lastName)
                                    + ")")
                    .isEmpty()) {
                tables.add(sql.toString());
            }
        }
        return tables;
    }

    private static List<String> values(ClientContext client, String column, Set<String> tables) {
        String name = SqlText.identifier(column);
        for (String table : tables) {
            List<String> values =
                    read(
                            client,
                            "SELECT CAST(t.%s AS VARCHAR) FROM %s AS t WHERE t.%s IS NOT NULL LIMIT %d"
                                    .formatted(name, table, name, ROWS));
            if (!values.isEmpty()) {
                return values;
            }
        }
        return List.of();
    }

    private static List<String> read(ClientContext client, String sql) {
        List<String> values = new ArrayList<>();
        try (EnginePrepared prepared = client.connection().prepare(sql, List.of());
                ResultCursor rows = prepared.execute(List.of())) {
            for (Chunk chunk = rows.next(); chunk != null; chunk = rows.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    values.add(new String(chunk.column(0).getBytes(row), StandardCharsets.UTF_8));
                }
            }
        } catch (SqlException _) {
            // Another table of the statement has the column, or none: it goes without samples.
            return List.of();
        }
        return values;
    }

    private static String cut(String value) {
        String line = value.replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
