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
import java.util.List;
import java.util.Optional;

/**
 * A few values of a call's arguments: literals, and what the tables hold that the statement names.
 *
 * <p>A table is only read where the statement has nothing but it and reads all of its rows: no
 * filter, join or second query keeps any of them from the model. Views are left alone, since
 * reading one may take long, or cost something. Threading: the session's thread only.
 */
final class FallbackSamples {
    private static final int ROWS = 3;
    private static final int LONGEST = 200;

    /** What may keep a row, or a part of it, from being read. */
    private static final String[] FILTERS = {
        "WITH", "WHERE", "JOIN", "HAVING", "QUALIFY", "LIMIT", "OFFSET", "FETCH", "SAMPLE",
        "TABLESAMPLE", "FILTER", "DISTINCT", "UNION", "INTERSECT", "EXCEPT", "CASE", "IF", "IFF",
        "IFNULL", "NULLIF", "COALESCE", "AND", "OR", "LAMBDA", "TRY"
    };

    /** The only table of a statement. */
    private record Source(String sql, String table, String called) {}

    private FallbackSamples() {}

    /** One line for each argument of which there are values; empty for none. */
    static String of(ClientContext client, String statement, CallSite call) {
        Optional<Source> source = source(statement);
        List<String> lines = new ArrayList<>();
        for (Argument argument : call.arguments()) {
            List<Token> tokens =
                    Lexer.tokens(statement.substring(argument.start(), argument.end()));
            List<String> values = new ArrayList<>();
            if (tokens.size() == 2 && tokens.getFirst().isString()) {
                values.add(tokens.getFirst().string());
            } else if (tokens.size() == 2 && tokens.getFirst().kind() == Token.Kind.NUMBER) {
                values.add(tokens.getFirst().text());
            } else {
                source.filter(table -> isColumn(tokens, table))
                        .filter(table -> isTable(client, table))
                        .map(table -> values(client, tokens.get(tokens.size() - 2), table))
                        .ifPresent(values::addAll);
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

    /** What stands behind a dot otherwise may be a part of a column. */
    private static boolean isColumn(List<Token> tokens, Source source) {
        return switch (tokens.size()) {
            case 2 -> tokens.getFirst().isIdentifier();
            case 4 ->
                    tokens.getFirst().isIdentifier()
                            && tokens.getFirst().identifier().equalsIgnoreCase(source.called())
                            && tokens.get(1).isOperator(".")
                            && tokens.get(2).isIdentifier();
            default -> false;
        };
    }

    /** Empty where the statement may read only a part of it. */
    private static Optional<Source> source(String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        int from = -1;
        int selects = 0;
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            selects += token.is("SELECT") ? 1 : 0;
            if (token.isAny(FILTERS) || token.isOperator("->") || (token.is("FROM") && from >= 0)) {
                return Optional.empty();
            }
            from = token.is("FROM") ? at : from;
        }
        if (from < 0 || selects != 1 || !tokens.get(from + 1).isIdentifier()) {
            return Optional.empty();
        }
        int last = from + 1;
        while (tokens.get(last + 1).isOperator(".") && tokens.get(last + 2).isIdentifier()) {
            last += 2;
        }
        String table = tokens.get(last).identifier();
        String sql = statement.substring(tokens.get(from + 1).start(), tokens.get(last).end());
        int next = tokens.get(last + 1).is("AS") ? last + 2 : last + 1;
        if (endsFrom(tokens.get(next))) {
            return Optional.of(new Source(sql, table, table));
        }
        return tokens.get(next).isIdentifier() && endsFrom(tokens.get(next + 1))
                ? Optional.of(new Source(sql, table, tokens.get(next).identifier()))
                : Optional.empty();
    }

    private static boolean endsFrom(Token token) {
        return token.isEnd() || token.isOperator(";") || token.isAny("ORDER", "GROUP");
    }

    private static boolean isTable(ClientContext client, Source source) {
        String name = SqlText.literal(source.table());
        return !read(
                        client,
                        "SELECT '' FROM duckdb_tables() WHERE NOT internal AND lower(table_name) ="
                                + " lower(%s) AND NOT EXISTS (FROM duckdb_views() WHERE lower(view_name) = lower(%s))"
                                        .formatted(name, name))
                .isEmpty();
    }

    private static List<String> values(ClientContext client, Token column, Source source) {
        String name = SqlText.identifier(column.identifier());
        return read(
                client,
                "SELECT CAST(t.%s AS VARCHAR) FROM %s AS t WHERE t.%s IS NOT NULL LIMIT %d"
                        .formatted(name, source.sql(), name, ROWS));
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
            // The table has no such column: it goes without samples.
            return List.of();
        }
        return values;
    }

    private static String cut(String value) {
        String line = value.replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
