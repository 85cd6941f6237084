package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Set;

/**
 * Decides what a cast to one of the {@code reg…} types must give: the number or the name.
 *
 * <p>PostgreSQL's values are numbers that print as names; ours are one or the other. Threading:
 * immutable.
 */
final class RegCast {
    /** The types whose values name an object. */
    static final Set<String> TYPES =
            Set.of(
                    "regclass",
                    "regtype",
                    "regproc",
                    "regprocedure",
                    "regnamespace",
                    "regrole",
                    "regoper",
                    "regoperator");

    private static final Set<String> TEXTS = Set.of("text", "varchar", "name", "char", "bpchar");
    private static final Set<String> NUMBERS =
            Set.of("oid", "int", "int4", "int8", "integer", "bigint");
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "!=", "<", ">", "<=", ">=");

    private RegCast() {}

    /**
     * Whether the cast's value is printed.
     *
     * @param start the operand's first token
     * @param end the token after the operand
     * @param after the token after the cast
     */
    static boolean isText(List<Token> tokens, SqlShape shape, int start, int end, int after) {
        String target = castTarget(tokens, behindParentheses(tokens, start, after));
        if (TEXTS.contains(target)) {
            return true;
        }
        if (NUMBERS.contains(target)) {
            return false;
        }
        if (end - start == 1
                && (tokens.get(start).isString()
                        || tokens.get(start).kind() == Token.Kind.PARAMETER)) {
            return isWholeItem(shape, start, after);
        }
        return !isComparison(tokens.get(after))
                && (start == 0 || !isComparison(tokens.get(start - 1)));
    }

    /** Where a cast of the whole goes on if nothing but parentheses stands around this one. */
    private static int behindParentheses(List<Token> tokens, int start, int after) {
        int before = start - 1;
        int next = after;
        while (before > 0
                && next + 1 < tokens.size()
                && tokens.get(before).isOperator("(")
                && tokens.get(next).isOperator(")")
                && !isFunctionName(tokens.get(before - 1))) {
            before--;
            next++;
        }
        return next;
    }

    private static boolean isFunctionName(Token token) {
        return token.isIdentifier()
                && !token.isAny(
                        "select", "where", "on", "and", "or", "not", "when", "then", "else");
    }

    private static boolean isWholeItem(SqlShape shape, int start, int after) {
        return shape.items().stream()
                .anyMatch(item ->
                        item.start() == start && item.end() >= after && item.end() <= after + 2);
    }

    private static String castTarget(List<Token> tokens, int after) {
        if (after + 1 >= tokens.size()
                || !(tokens.get(after).isOperator("::") || tokens.get(after).is("as"))) {
            return "";
        }
        int type = after + 1;
        if (type + 2 < tokens.size() && tokens.get(type + 1).isOperator(".")) {
            type += 2;
        }
        return tokens.get(type).isIdentifier() ? tokens.get(type).identifier() : "";
    }

    private static boolean isComparison(Token token) {
        return (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text()))
                || token.is("in");
    }

    /** The function that makes the cast. */
    static String function(String type, boolean text) {
        String kind =
                switch (type) {
                    case "regprocedure", "regoper", "regoperator" -> "regproc";
                    default -> type;
                };
        return "pgc._" + kind + (text ? "_text" : "_oid");
    }
}
