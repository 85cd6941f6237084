package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;

/** Writes predicates and clauses that the engine says in other words. */
abstract class PartPredicates extends PartText {
    PartPredicates(StatementWriter writer, int from, int to, boolean relations) {
        super(writer, from, to, relations);
    }

    static boolean anyOperator(Token token) {
        return token.isOperator("~") || token.isOperator("~*");
    }

    void quantified(String operator, int any) {
        boolean all = writer.token(any).is("all");
        out.append(operator).append(all ? "& (" : "| (");
        out.append(Quantified.argument(writer, any + 1)).append(')');
        at = writer.brackets.partner(any + 1) + 1;
    }

    boolean similar() {
        if (writer.token(at + 1).is("to")) {
            out.append("@~~~");
            at += 2;
            return true;
        }
        return false;
    }

    boolean like(String word) {
        boolean not = word.equals("not");
        int like = not ? at + 1 : at;
        Token operator = writer.token(like);
        if (not && operator.is("similar") && writer.token(like + 1).is("to")) {
            out.append("@!~~~");
            at = like + 2;
            return true;
        }
        if (!operator.isAny("like", "ilike")) {
            return false;
        }
        if (Quantified.follows(writer, like + 1)) {
            quantified("@" + (not ? "!" : "") + (operator.is("ilike") ? "~~*" : "~~"), like + 1);
            return true;
        }
        Token pattern = writer.token(like + 1);
        boolean escaped = pattern.isString() && pattern.string().indexOf('\\') >= 0;
        Token behind = writer.token(like + 2);
        if (escaped && !behind.is("escape") && !behind.isOperator("||")) {
            copy(like + 2);
            out.append(" ESCAPE '\\'");
            return true;
        }
        return false;
    }

    /** {@code FETCH FIRST n ROWS WITH TIES} is a rank over the statement's own order. */
    boolean ties() {
        int end = at + 1;
        while (end < to && !writer.token(end).is("ties")) {
            end++;
        }
        if (end >= to || !writer.token(end - 1).is("with")) {
            return false;
        }
        Token count = writer.token(at + 2);
        boolean counted = count.kind() == Token.Kind.NUMBER || count.kind() == Token.Kind.PARAMETER;
        boolean ordinal = order >= 0 && writer.token(order + 2).kind() == Token.Kind.NUMBER;
        if (order < 0 || ordinal) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "WITH TIES needs an ORDER BY of expressions here")
                    .hint("name the columns in ORDER BY");
        }
        String by = writer.part(order, at);
        out.insert(
                orderPosition,
                "QUALIFY rank() OVER (%s) <= %s ".formatted(by, counted ? count.text() : "1"));
        at = end + 1;
        return true;
    }

    boolean symmetric() {
        if (!writer.token(at + 1).is("symmetric")) {
            return false;
        }
        int and = at + 2;
        while (and < to && !writer.token(and).is("and")) {
            and = writer.brackets.after(and);
        }
        int end = and + 1;
        while (end < to && !endsExpression(end)) {
            end = writer.brackets.after(end);
        }
        String a = writer.part(at + 2, and);
        String b = writer.part(and + 1, Math.min(end, to));
        out.append("BETWEEN least(%s, %s) AND greatest(%s, %s) ".formatted(a, b, a, b));
        at = end;
        return true;
    }

    boolean endsExpression(int index) {
        Token token = writer.token(index);
        return token.isOperator(",")
                || token.isAny("and", "or", "then", "else", "when", "end", "as", "from", "where")
                || token.isAny("group", "order", "having", "limit", "offset", "union", "is");
    }

    boolean overlaps() {
        boolean pairs =
                at > from
                        && writer.token(at - 1).isOperator(")")
                        && writer.token(at + 1).isOperator("(");
        if (!pairs) {
            return false;
        }
        int open = writer.brackets.partner(at - 1);
        out.setLength(position[open - from]);
        out.append(PG).append("_overlaps(").append(writer.part(open + 1, at - 1)).append(", ");
        int close = writer.brackets.partner(at + 1);
        out.append(writer.part(at + 2, close)).append(')');
        at = close + 1;
        return true;
    }

    /** A column that is nothing but NULL is text; the engine would call it an integer. */
    boolean bareNull() {
        boolean item =
                clause == Clause.ITEMS
                        && from == 0
                        && (writer.token(at - 1).is("select")
                                || writer.token(at - 1).isOperator(","));
        Token next = writer.token(at + 1);
        boolean whole = next.isOperator(",") || next.isEnd() || next.isAny("as", "from");
        if (!item || !whole || combined()) {
            return false;
        }
        out.append("NULL::VARCHAR");
        at++;
        return true;
    }

    boolean combined() {
        return !word(0).equals("select")
                || writer.tokens.stream()
                        .anyMatch(token -> token.isAny("union", "intersect", "except"));
    }
}
