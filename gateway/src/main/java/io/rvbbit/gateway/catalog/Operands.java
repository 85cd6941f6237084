package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;

/**
 * How far the operands of {@code ::}, {@code ~} and {@code = ANY} reach.
 *
 * <p>Threading: immutable.
 */
final class Operands {
    private final List<Token> tokens;
    private final SqlShape shape;

    Operands(List<Token> tokens, SqlShape shape) {
        this.tokens = tokens;
        this.shape = shape;
    }

    /** The first token of the operand that ends before {@code end}, not before {@code from}. */
    int start(int end, int from) {
        int at = end - 1;
        while (true) {
            at = shape.open(at);
            if (at > from && tokens.get(at).isOperator("[")) {
                at--;
                continue;
            }
            boolean call = tokens.get(at).isOperator("(") && at > from && isName(at - 1);
            if (call) {
                at--;
            }
            while (at - 1 > from && tokens.get(at - 1).isOperator(".")) {
                at = shape.open(at - 2);
                if (tokens.get(at).isOperator("(") && at > from && isName(at - 1)) {
                    at--;
                }
            }
            if (at - 1 > from && tokens.get(at - 1).isOperator("::")) {
                at -= 2;
                continue;
            }
            return at;
        }
    }

    /**
     * The token after the operand that starts here: a primary with its calls, subscripts and casts.
     */
    int end(int start) {
        int at = start;
        while (tokens.get(at).isOperator("-") || tokens.get(at).isOperator("+")) {
            at++;
        }
        at = shape.close(at) + 1;
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (token.isOperator(".") || token.isOperator("::")) {
                at = shape.close(at + 1) + 1;
            } else if (token.isOperator("(") || token.isOperator("[")) {
                at = shape.close(at) + 1;
            } else {
                return at;
            }
        }
        return at;
    }

    private boolean isName(int at) {
        Token token = tokens.get(at);
        return token.isIdentifier()
                && !token.isAny(
                        "in",
                        "and",
                        "or",
                        "not",
                        "on",
                        "where",
                        "when",
                        "then",
                        "else",
                        "case",
                        "select",
                        "any",
                        "all",
                        "some",
                        "by",
                        "having",
                        "from",
                        "join",
                        "values",
                        "as",
                        "like",
                        "is",
                        "between",
                        "using",
                        "limit",
                        "distinct");
    }
}
