package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What only the target's columns tell about {@code INSERT … VALUES}: which of them get a value
 * where there are fewer values, and which literals are arrays.
 *
 * <p>Threading: the session's thread only.
 */
final class InsertTarget {
    private final ClientContext client;
    private final String sql;
    private final List<Token> tokens;

    private InsertTarget(ClientContext client, String sql, List<Token> tokens) {
        this.client = client;
        this.sql = sql;
        this.tokens = tokens;
    }

    /** The statement as it was if it is another one, or needs nothing of this. */
    static String completed(ClientContext client, String sql) {
        if (!sql.regionMatches(true, leading(sql), "INSERT", 0, 6)) {
            return sql;
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (!tokens.getFirst().is("INSERT") || !tokens.get(1).is("INTO")) {
            return sql;
        }
        return new InsertTarget(client, sql, tokens).complete();
    }

    private static int leading(String sql) {
        int at = 0;
        while (at < sql.length() && Character.isWhitespace(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    private String complete() {
        int at = 3;
        while (tokens.get(at).isOperator(".")) {
            at += 2;
        }
        int name = at;
        List<String> listed = new ArrayList<>();
        if (tokens.get(at).isOperator("(")) {
            int close = close(at);
            for (int i = at + 1; i < close; i++) {
                if (tokens.get(i).isIdentifier()) {
                    listed.add(tokens.get(i).identifier());
                }
            }
            at = close + 1;
        }
        if (!tokens.get(at).is("VALUES") || !tokens.get(at + 1).isOperator("(")) {
            return sql;
        }
        boolean arrays =
                tokens.stream()
                        .anyMatch(token -> token.isString() && token.string().startsWith("{"));
        if (!listed.isEmpty() && !arrays) {
            return sql;
        }
        List<Column> columns = columns(name);
        StringBuilder out = new StringBuilder(sql.length() + 32);
        out.append(sql, 0, tokens.get(name - 1).end());
        int copied = tokens.get(name - 1).end();
        int width = width(at + 1);
        if (listed.isEmpty() && width < columns.size()) {
            out.append(
                    columns.stream()
                            .limit(width)
                            .map(column -> SqlText.identifier(column.name()))
                            .collect(Collectors.joining(", ", " (", ")")));
        }
        if (arrays) {
            copied = casts(at + 1, listed, columns, out, copied);
        }
        return out.append(sql, copied, sql.length()).toString();
    }

    private int width(int open) {
        int close = close(open);
        int width = 1;
        for (int i = open + 1; i < close; i++) {
            if (tokens.get(i).isOperator("(") || tokens.get(i).isOperator("[")) {
                i = close(i);
            } else if (tokens.get(i).isOperator(",")) {
                width++;
            }
        }
        return close == open + 1 ? 0 : width;
    }

    /** Adds the type behind each array literal that is a value of its own. */
    private int casts(
            int open, List<String> listed, List<Column> columns, StringBuilder out, int from) {
        int copied = from;
        int tuple = open;
        while (tokens.get(tuple).isOperator("(")) {
            int close = close(tuple);
            int index = 0;
            for (int i = tuple + 1; i < close; i++) {
                Token token = tokens.get(i);
                if (token.isOperator("(") || token.isOperator("[")) {
                    i = close(i);
                } else if (token.isOperator(",")) {
                    index++;
                } else if (isArray(i, index, listed, columns)) {
                    out.append(sql, copied, token.end()).append("::text[]");
                    copied = token.end();
                }
            }
            if (!tokens.get(close + 1).isOperator(",")) {
                break;
            }
            tuple = close + 2;
        }
        return copied;
    }

    private boolean isArray(int at, int index, List<String> listed, List<Column> columns) {
        Token token = tokens.get(at);
        boolean alone =
                (tokens.get(at - 1).isOperator("(") || tokens.get(at - 1).isOperator(","))
                        && (tokens.get(at + 1).isOperator(")")
                                || tokens.get(at + 1).isOperator(","));
        if (!alone || !token.isString() || !token.string().startsWith("{")) {
            return false;
        }
        if (listed.isEmpty()) {
            return index < columns.size() && columns.get(index).type().kind() == Kind.LIST;
        }
        return index < listed.size()
                && columns.stream()
                        .anyMatch(column ->
                                column.name().equalsIgnoreCase(listed.get(index))
                                        && column.type().kind() == Kind.LIST);
    }

    private int close(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isOperator("(") || token.isOperator("[")) {
                depth++;
            } else if ((token.isOperator(")") || token.isOperator("]")) && --depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }

    private List<Column> columns(int end) {
        String table = sql.substring(tokens.get(2).start(), tokens.get(end - 1).end());
        try (var prepared = client.connection().prepare("SELECT * FROM " + table, List.of())) {
            return prepared.columns();
        } catch (SqlException _) {
            // The statement itself will tell what is wrong with its table.
            return List.of();
        }
    }
}
