package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Optional;

/**
 * Reads one entry of a select list: {@code *}, {@code t.*}, a column, a cast, or something else.
 *
 * <p>Threading: used by one thread.
 */
final class OriginItem {
    private final List<Token> tokens;
    private final SqlShape shape;
    private final OriginScope scope;
    private final ColumnNames names;

    OriginItem(List<Token> tokens, SqlShape shape, OriginScope scope) {
        this.tokens = tokens;
        this.shape = shape;
        this.scope = scope;
        this.names = new ColumnNames(tokens, shape);
    }

    /** The columns that the entry stands for; empty where their number can't be told. */
    Optional<List<NamedColumn>> columns(int start, int end) {
        if (end - start == 1 && tokens.get(start).isOperator("*")) {
            return scope.all();
        }
        if (end - start >= 3
                && tokens.get(end - 1).isOperator("*")
                && tokens.get(end - 2).isOperator(".")) {
            return scope.all(name(end - 3));
        }
        if (tokens.get(start).isOperator("*") || tokens.get(start).is("columns")) {
            return Optional.empty();
        }
        int path = pathEnd(start, end);
        int expression = path == start ? start : castEnd(path, end);
        int rest = end - expression;
        boolean plain =
                expression > start
                        && (rest == 0
                                || (rest == 1 && tokens.get(expression).isIdentifier())
                                || (rest == 2 && tokens.get(expression).is("as")));
        String name =
                rest > 0 && plain
                        ? name(end - 1)
                        : names.alias(new SqlShape.Item(start, end)).orElse(name(end - 1));
        return Optional.of(
                List.of(
                        new NamedColumn(
                                name,
                                plain ? origin(start, path, expression) : computed(start, end))));
    }

    /** A column, perhaps under casts, and nothing else; else {@link ColumnOrigin#NONE}. */
    ColumnOrigin plain(int start, int end) {
        int path = pathEnd(start, end);
        int expression = path == start ? start : castEnd(path, end);
        return expression == end && path > start
                ? origin(start, path, expression)
                : ColumnOrigin.NONE;
    }

    private ColumnOrigin computed(int start, int end) {
        int last = end - 1;
        boolean alias =
                last > start && tokens.get(last).isIdentifier() && !tokens.get(last).is("end");
        int expression = alias ? last : end;
        if (alias && tokens.get(last - 1).is("as")) {
            expression--;
        }
        OriginExpression reader = new OriginExpression(tokens, shape, scope, this);
        return ColumnOrigin.ofType(reader.type(start, expression).orElse(0));
    }

    private ColumnOrigin origin(int start, int path, int end) {
        if (end > path) {
            return ColumnOrigin.ofType(typeOf(name(end - 1)));
        }
        return scope.column(path - start == 1 ? "" : name(path - 3), name(path - 1));
    }

    /** The types that a cast gives and the engine has no name of its own for. */
    private static int typeOf(String name) {
        return switch (name) {
            case "oid" -> 26;
            case "name" -> 19;
            case "char" -> 18;
            default -> 0;
        };
    }

    private int pathEnd(int start, int end) {
        if (!tokens.get(start).isIdentifier()) {
            return start;
        }
        int at = start + 1;
        while (at + 1 < end
                && tokens.get(at).isOperator(".")
                && tokens.get(at + 1).isIdentifier()) {
            at += 2;
        }
        boolean call = at < end && tokens.get(at).isOperator("(");
        boolean word =
                at == start + 1
                        && tokens.get(start)
                                .isAny(
                                        "null",
                                        "true",
                                        "false",
                                        "current_user",
                                        "session_user",
                                        "current_date",
                                        "current_timestamp");
        return call || word ? start : at;
    }

    private int castEnd(int path, int end) {
        int at = path;
        while (at + 1 < end && tokens.get(at).isOperator("::")) {
            // Only the quoted "char" is PostgreSQL's one-byte type.
            at = pathEnd(at + 1, end);
            if (tokens.get(at - 1).is("char") || shape.close(at - 1) != at - 1) {
                return path;
            }
        }
        return at;
    }

    private String name(int at) {
        Token token = tokens.get(at);
        return token.isIdentifier() ? token.identifier() : "";
    }
}
