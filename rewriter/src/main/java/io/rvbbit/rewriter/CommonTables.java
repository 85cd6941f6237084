package io.rvbbit.rewriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A WITH list: where each common table begins and ends, and where the list ends.
 *
 * @param start index of the WITH
 * @param bodies tokens between the parentheses of each table, in order
 */
record CommonTables(int start, List<Body> bodies) {

    /** Token indexes of the parentheses around one common table's query. */
    record Body(int open, int close) {}

    CommonTables {
        bodies = List.copyOf(bodies);
    }

    /** Index of the first token behind the list. */
    int end() {
        return bodies.getLast().close() + 1;
    }

    /** Reads {@code WITH [RECURSIVE] name [(…)] AS [[NOT] MATERIALIZED] (…), …} if it is here. */
    static Optional<CommonTables> at(List<Token> tokens, int start) {
        if (start >= tokens.size() || !tokens.get(start).is("WITH")) {
            return Optional.empty();
        }
        List<Body> bodies = new ArrayList<>();
        int at = start + 1;
        if (tokens.get(at).is("RECURSIVE")) {
            at++;
        }
        while (tokens.get(at).isIdentifier()) {
            int open = bodyStart(tokens, at + 1);
            int close = closing(tokens, open);
            if (close < 0) {
                break;
            }
            bodies.add(new Body(open, close));
            at = close + 1;
            if (!tokens.get(at).isOperator(",")) {
                break;
            }
            at++;
        }
        return bodies.isEmpty() ? Optional.empty() : Optional.of(new CommonTables(start, bodies));
    }

    private static int bodyStart(List<Token> tokens, int afterName) {
        int at = afterName;
        if (tokens.get(at).isOperator("(")) {
            at = closing(tokens, at) + 1;
        }
        if (at == 0) {
            return -1;
        }
        if (tokens.get(at).is("USING") && tokens.get(at + 1).is("KEY")) {
            at = closing(tokens, at + 2) + 1;
        }
        if (at == 0 || !tokens.get(at).is("AS")) {
            return -1;
        }
        at++;
        if (tokens.get(at).is("NOT")) {
            at++;
        }
        if (tokens.get(at).is("MATERIALIZED")) {
            at++;
        }
        return at;
    }

    /** Index of the parenthesis that closes the one at {@code open}; -1 if there is none. */
    static int closing(List<Token> tokens, int open) {
        if (open < 0 || open >= tokens.size() || !tokens.get(open).isOperator("(")) {
            return -1;
        }
        int depth = 0;
        for (int at = open; at < tokens.size(); at++) {
            if (tokens.get(at).isOperator("(")) {
                depth++;
            } else if (tokens.get(at).isOperator(")") && --depth == 0) {
                return at;
            }
        }
        return -1;
    }
}
