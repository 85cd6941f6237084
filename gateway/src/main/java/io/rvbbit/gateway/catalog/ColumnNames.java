package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Optional;

/**
 * The name that PostgreSQL gives a result column without an alias, where the engine's differs.
 *
 * <p>Threading: immutable.
 */
final class ColumnNames {
    private static final String UNNAMED = "?column?";

    private final List<Token> tokens;
    private final SqlShape shape;

    ColumnNames(List<Token> tokens, SqlShape shape) {
        this.tokens = tokens;
        this.shape = shape;
    }

    /** The alias to add to a select item; empty where it has one or the engine agrees. */
    Optional<String> alias(SqlShape.Item item) {
        int start = item.start();
        int end = item.end();
        if (end <= start
                || tokens.get(end - 1).isOperator("*")
                || hasAlias(start, end)
                || isPlainColumn(start, end)) {
            return Optional.empty();
        }
        return Optional.of(name(start, end).replace("\"", "\"\""));
    }

    private boolean isPlainColumn(int start, int end) {
        return isPath(start, end)
                && !tokens.get(end - 1)
                        .isAny(
                                "xmin",
                                "xmax",
                                "cmin",
                                "cmax",
                                "ctid",
                                "null",
                                "true",
                                "false",
                                "default",
                                "current_schema",
                                "current_user",
                                "session_user",
                                "current_role");
    }

    private boolean isPath(int start, int end) {
        for (int i = start; i < end; i++) {
            boolean name = (i - start) % 2 == 0;
            if (name ? !tokens.get(i).isIdentifier() : !tokens.get(i).isOperator(".")) {
                return false;
            }
        }
        return (end - start) % 2 == 1;
    }

    private boolean hasAlias(int start, int end) {
        for (int i = start; i < end; i = shape.close(i) + 1) {
            if (tokens.get(i).is("as")) {
                return true;
            }
        }
        Token last = tokens.get(end - 1);
        if (end - start < 2
                || !last.isIdentifier()
                || last.isAny("end", "null", "true", "false", "precision")) {
            return false;
        }
        Token before = tokens.get(end - 2);
        boolean unit = last.isAny("year", "month", "day", "hour", "minute", "second");
        if (unit && before.isString() && end - start == 3 && tokens.get(start).is("interval")) {
            return false;
        }
        return before.isOperator(")")
                || before.isOperator("]")
                || before.isString()
                || before.kind() == Token.Kind.NUMBER
                || before.kind() == Token.Kind.PARAMETER
                || (before.isIdentifier()
                        && !before.isAny(
                                "not", "and", "or", "is", "like", "then", "else", "when", "case",
                                "collate", "between", "in", "over"));
    }

    private String name(int start, int end) {
        String literal = literalType(start, end);
        if (!literal.isEmpty() || hasOperator(start, end)) {
            return literal.isEmpty() ? UNNAMED : literal;
        }
        String strong = strongName(start, end);
        if (!strong.isEmpty()) {
            return strong;
        }
        if (lastTop(start, end, "overlaps") > start) {
            return "overlaps";
        }
        boolean subscript = tokens.get(end - 1).isOperator("]") && shape.open(end - 1) > start;
        if (subscript && tokens.get(start).isOperator("(")) {
            return name(start, shape.open(end - 1));
        }
        if (tokens.get(start).isOperator("(") && shape.close(start) == end - 1) {
            return name(start + 1, end - 1);
        }
        if (lastTop(start, end, "at") > start) {
            return "timezone";
        }
        int cast = lastTop(start, end, "::");
        if (cast > start) {
            String operand = strongName(start, cast);
            return operand.isEmpty() ? typeName(cast + 1, end) : operand;
        }
        if (tokens.get(start).is("case") && tokens.get(end - 1).is("end")) {
            return "case";
        }
        return UNNAMED;
    }

    /** The name that a column, a call or what wraps one gives; empty if there is none. */
    private String strongName(int start, int end) {
        if (start >= end) {
            return "";
        }
        Token first = tokens.get(start);
        Token last = tokens.get(end - 1);
        if (isPath(start, end)) {
            return last.isAny("null", "true", "false") ? "" : last.identifier();
        }
        int cast = lastTop(start, end, "::");
        if (cast > start) {
            return strongName(start, cast);
        }
        int collate = lastTop(start, end, "collate");
        if (collate > start) {
            return strongName(start, collate);
        }
        if (last.isOperator("]") && shape.open(end - 1) > start) {
            return first.is("array") ? "array" : strongName(start, shape.open(end - 1));
        }
        if (end - start > 2
                && last.isIdentifier()
                && tokens.get(end - 2).isOperator(".")
                && tokens.get(end - 3).isOperator(")")) {
            return last.identifier();
        }
        if (first.is("case") && last.is("end")) {
            int otherwise = lastTop(start, end, "else");
            return otherwise > start ? strongName(otherwise + 1, end - 1) : "";
        }
        if (first.isOperator("(") && shape.close(start) == end - 1) {
            return tokens.get(start + 1).is("select")
                    ? subquery(start + 1)
                    : strongName(start + 1, end - 1);
        }
        return callName(start, end);
    }

    /** {@code date '2024-01-01'} and {@code interval '5' day} are named for their type. */
    private String literalType(int start, int end) {
        int at = end - 1;
        if (end - start > 2
                && tokens.get(end - 2).isString()
                && tokens.get(end - 1).isIdentifier()) {
            at--;
        }
        boolean words = at > start && tokens.get(at).isString();
        for (int i = start; i < at && words; i++) {
            words = tokens.get(i).isIdentifier() && !tokens.get(i).isAny("not", "case", "distinct");
        }
        return words ? typeName(start, at) : "";
    }

    /** Whether something is done with several values here, which gives no name. */
    private boolean hasOperator(int start, int end) {
        int cases = 0;
        for (int i = start; i < end; i = shape.close(i) + 1) {
            Token token = tokens.get(i);
            cases += token.is("case") ? 1 : token.is("end") ? -1 : 0;
            boolean operator =
                    token.kind() == Token.Kind.OPERATOR
                            && !token.isOperator(".")
                            && !token.isOperator("::")
                            && !token.isOperator("[")
                            && !token.isOperator("(");
            boolean word =
                    token.isAny("and", "or", "not", "is", "in", "like", "ilike", "between")
                            || token.is("similar");
            if (cases == 0 && (operator || word)) {
                return true;
            }
        }
        return false;
    }

    private String callName(int start, int end) {
        int open = start;
        while (open < end && !tokens.get(open).isOperator("(")) {
            open++;
        }
        if (open == start || open >= end || !isPath(start, open)) {
            return "";
        }
        int after = shape.close(open) + 1;
        while (after < end && tokens.get(after).isAny("over", "filter", "within", "group")) {
            boolean named = tokens.get(after).is("over") && !tokens.get(after + 1).isOperator("(");
            after =
                    tokens.get(after + 1).isOperator("(")
                            ? shape.close(after + 1) + 1
                            : after + (named ? 2 : 1);
        }
        if (after != end) {
            return "";
        }
        String name = tokens.get(open - 1).identifier();
        return switch (name) {
            case "cast" -> castName(open);
            case "trim" ->
                    tokens.get(open + 1).is("leading")
                            ? "ltrim"
                            : tokens.get(open + 1).is("trailing") ? "rtrim" : "btrim";
            default -> name;
        };
    }

    private String castName(int open) {
        int close = shape.close(open);
        int as = lastTop(open + 1, close, "as");
        String operand = as > open ? strongName(open + 1, as) : "";
        return operand.isEmpty() ? typeName(as + 1, close) : operand;
    }

    private String subquery(int select) {
        return shape.items().stream()
                .filter(item -> item.start() > select)
                .min((a, b) -> Integer.compare(a.start(), b.start()))
                .map(item ->
                        hasAlias(item.start(), item.end())
                                ? aliasOf(item)
                                : name(item.start(), item.end()))
                .orElse(UNNAMED);
    }

    private String aliasOf(SqlShape.Item item) {
        return tokens.get(item.end() - 1).identifier();
    }

    private String typeName(int start, int end) {
        String name = "";
        for (int i = start;
                i < end && (tokens.get(i).isIdentifier() || tokens.get(i).isOperator("."));
                i++) {
            name = tokens.get(i).isIdentifier() ? tokens.get(i).identifier() : name;
        }
        if (tokens.get(start).isAny("timestamp", "time", "bit", "character", "char", "interval")) {
            return severalWords(start, end);
        }
        return switch (name) {
            case "int", "integer" -> "int4";
            case "bigint" -> "int8";
            case "smallint" -> "int2";
            case "boolean" -> "bool";
            case "precision" -> "float8";
            case "decimal", "dec" -> "numeric";
            case "real" -> "float4";
            case "float" -> "float8";
            default -> name;
        };
    }

    private String severalWords(int start, int end) {
        String first = tokens.get(start).identifier();
        boolean varying = false;
        boolean zoned = false;
        for (int i = start + 1; i < end; i++) {
            varying |= tokens.get(i).is("varying");
            zoned |= tokens.get(i).is("with");
        }
        return switch (first) {
            case "bit" -> varying ? "varbit" : "bit";
            case "character", "char" -> varying ? "varchar" : "bpchar";
            default -> zoned ? first + "tz" : first;
        };
    }

    /**
     * The last such token outside brackets and CASE; for a cast only if nothing is done with its
     * value.
     */
    private int lastTop(int start, int end, String text) {
        int found = -1;
        int cases = 0;
        for (int i = start; i < end; i = shape.close(i) + 1) {
            Token token = tokens.get(i);
            cases += token.is("case") ? 1 : token.is("end") ? -1 : 0;
            boolean within = cases > (text.equals("else") ? 1 : 0);
            if (!within && (token.is(text) || token.isOperator(text))) {
                found = i;
            } else if (!within && text.equals("::") && endsCast(token)) {
                found = -1;
            }
        }
        return found;
    }

    private static boolean endsCast(Token token) {
        boolean operator =
                token.kind() == Token.Kind.OPERATOR
                        && !token.isOperator(".")
                        && !token.isOperator("[")
                        && !token.isOperator("(");
        return operator
                || token.isAny(
                        "and",
                        "or",
                        "not",
                        "is",
                        "in",
                        "like",
                        "ilike",
                        "between",
                        "operator",
                        "at");
    }
}
