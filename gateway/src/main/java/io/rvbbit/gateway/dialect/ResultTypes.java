package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Types that a select list names and the engine does not keep: {@code char(3)}, {@code name},
 * {@code oid}, {@code bit(4)}, and whether a numeric has a precision.
 *
 * <p>Threading: stateless.
 */
public final class ResultTypes {
    private static final Set<String> KEPT_BY_NAME =
            Set.of(
                    "varchar",
                    "bpchar",
                    "name",
                    "oid",
                    "bit",
                    "varbit",
                    "time",
                    "timetz",
                    "timestamp",
                    "timestamptz",
                    "numeric");

    /** Types of one element where no length is written. */
    private static final Set<String> SINGLE = Set.of("bpchar", "bit");

    private ResultTypes() {}

    /**
     * One entry per item, such as {@code bpchar(3)} or {@code oid[]}, "" where the engine's type
     * stands; {@code numeric()} is a numeric whose digits the engine knows.
     */
    public static List<String> of(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        Brackets brackets = Brackets.of(tokens);
        if (!tokens.getFirst().is("SELECT") || !brackets.balanced()) {
            return List.of();
        }
        List<String> types = new ArrayList<>();
        int start = 1;
        int at = start;
        while (true) {
            Token token = tokens.get(at);
            boolean ends =
                    token.isEnd()
                            || token.isAny("FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT")
                            || token.isAny("ORDER", "LIMIT", "OFFSET", "FETCH", "HAVING");
            if (ends || token.isOperator(",")) {
                types.add(item(tokens, start, at, brackets));
                start = at + 1;
            }
            if (ends) {
                return types;
            }
            at = brackets.after(at);
        }
    }

    private static String item(List<Token> tokens, int from, int to, Brackets brackets) {
        if (from >= to) {
            return "";
        }
        int end = alias(tokens, from, to);
        Token only = tokens.get(from);
        boolean bits = only.isString() && "bBxX".indexOf(only.text().charAt(0)) >= 0;
        if (bits && end == from + 1) {
            return "bit";
        }
        if (only.is("row") && tokens.get(from + 1).isOperator("(")) {
            return brackets.after(from + 1) == end ? row(tokens, from + 1, brackets) : "";
        }
        boolean cast = only.is("CAST") && brackets.after(from + 1) == end;
        int type = -1;
        for (int i = cast ? from + 2 : from; i < end; i = brackets.after(i)) {
            Token token = tokens.get(i);
            if (cast ? token.is("AS") : token.isOperator("::")) {
                type = i + 1;
            } else if (!cast && isOperation(token)) {
                return "";
            }
        }
        int close = cast ? end - 1 : end;
        boolean literal = type < 0 && tokens.get(end - 1).isString() && end - from > 1;
        TypeSpec spec =
                type < 0 && !literal ? null : TypeSpec.at(tokens, literal ? from : type, brackets);
        boolean whole = spec != null && spec.end() == (literal ? end - 1 : close);
        if (spec == null || !whole || !KEPT_BY_NAME.contains(spec.name())) {
            return "";
        }
        return spec.name() + length(spec) + (spec.dimensions() > 0 ? "[]" : "");
    }

    private static String length(TypeSpec spec) {
        if (spec.arguments().isEmpty()) {
            boolean single =
                    SINGLE.contains(spec.name())
                            && !spec.written().toLowerCase(Locale.ROOT).equals("bpchar");
            return single ? "(1)" : "";
        }
        return spec.name().equals("numeric") ? "()" : "(" + spec.arguments().getFirst() + ")";
    }

    /** The fields of {@code ROW(1, 'a')}, of which literals are of no type yet: row(,unknown). */
    private static String row(List<Token> tokens, int open, Brackets brackets) {
        int close = brackets.partner(open);
        StringBuilder fields = new StringBuilder("row(");
        int start = open + 1;
        for (int i = start; i <= close; i = i == close ? i + 1 : brackets.after(i)) {
            if (i == close || tokens.get(i).isOperator(",")) {
                boolean literal = i == start + 1 && tokens.get(start).isPlainString();
                fields.append(literal ? "unknown" : "").append(i == close ? ")" : ",");
                start = i + 1;
            }
        }
        return fields.toString();
    }

    private static int alias(List<Token> tokens, int from, int to) {
        boolean as = to - from > 2 && tokens.get(to - 2).is("AS");
        return as ? to - 2 : to;
    }

    private static boolean isOperation(Token token) {
        return (token.kind() == Token.Kind.OPERATOR
                        && !token.isOperator("(")
                        && !token.isOperator("[")
                        && !token.isOperator("."))
                || token.isAny("AND", "OR", "NOT", "IS", "IN", "LIKE", "BETWEEN", "COLLATE");
    }
}
