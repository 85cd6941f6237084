package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;

/** {@code ANY (…)} and {@code ALL (…)} over an array. Threading: stateless. */
final class Quantified {
    private Quantified() {}

    /** Whether the token is ANY, SOME or ALL with an array, not a query, in parentheses. */
    static boolean follows(StatementWriter writer, int at) {
        return writer.token(at).isAny("any", "some", "all")
                && writer.token(at + 1).isOperator("(")
                && !writer.token(at + 2).isAny("select", "values", "with", "table");
    }

    /** What stands in the parenthesis at {@code open}; an array literal becomes a list. */
    static String argument(StatementWriter writer, int open) {
        int close = writer.brackets.partner(open);
        Token first = writer.token(open + 1);
        if (close == open + 2 && first.isString() && first.string().startsWith("{")) {
            return Casting.untypedArray(first.string());
        }
        return writer.part(open + 1, close);
    }
}
