package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Which bracket belongs to which.
 *
 * <p>Threading: immutable.
 */
final class Brackets {
    private final int[] partner;
    private final boolean balanced;

    private Brackets(int[] partner, boolean balanced) {
        this.partner = partner;
        this.balanced = balanced;
    }

    static Brackets of(List<Token> tokens) {
        int[] partner = new int[tokens.size()];
        Deque<Integer> open = new ArrayDeque<>();
        boolean balanced = true;
        for (int i = 0; i < partner.length; i++) {
            partner[i] = i;
            Token token = tokens.get(i);
            if (token.isOperator("(") || token.isOperator("[")) {
                open.push(i);
            } else if (token.isOperator(")") || token.isOperator("]")) {
                if (open.isEmpty()) {
                    balanced = false;
                } else {
                    int start = open.pop();
                    partner[start] = i;
                    partner[i] = start;
                    balanced &= tokens.get(start).isOperator("(") == token.isOperator(")");
                }
            }
        }
        return new Brackets(partner, balanced && open.isEmpty());
    }

    boolean balanced() {
        return balanced;
    }

    /** The other bracket of the pair; the token itself where it is none. */
    int partner(int at) {
        return partner[at];
    }

    /** The token behind whatever starts here: behind the closing bracket, else the next one. */
    int after(int at) {
        return Math.max(at, partner[at]) + 1;
    }
}
