package io.rvbbit.rewriter;

import java.util.ArrayList;
import java.util.List;

/**
 * A client's text, cut into statements at its top-level semicolons.
 *
 * <p>Parsing one part cannot hide another: take the parts first, then parse each, and a part that
 * fails still has its own text for the books. Threading: immutable.
 */
public record Script(List<Part> parts) {

    /**
     * One statement as written, without its semicolon and the blanks around it.
     *
     * @param offset characters (not Java indexes) before it in the client's text
     */
    public record Part(String text, int offset) {
        SourceText source() {
            return new SourceText(text, offset);
        }
    }

    public Script {
        parts = List.copyOf(parts);
    }

    /**
     * Cuts the text; parts without a token, as between two semicolons, are left out.
     *
     * @throws SqlException 42601 if a literal, name or comment never ends: then no part is whole
     */
    public static Script split(String sql) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        int depth = 0;
        boolean empty = true;
        for (Token token : Lexer.all(sql)) {
            boolean ends = token.isEnd() || (depth == 0 && token.isOperator(";"));
            if (ends) {
                if (!empty) {
                    parts.add(part(sql, from, token.start()));
                }
                from = token.end();
                empty = true;
            } else if (token.isMeaningful()) {
                empty = false;
                depth = depthAfter(token, depth);
            }
        }
        return new Script(parts);
    }

    private static int depthAfter(Token token, int depth) {
        if (token.isOperator("(")) {
            return depth + 1;
        }
        // A parenthesis too many must not swallow the semicolons after it.
        return token.isOperator(")") ? Math.max(0, depth - 1) : depth;
    }

    private static Part part(String sql, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Lexer.isSpace(sql.charAt(start))) {
            start++;
        }
        while (end > start && Lexer.isSpace(sql.charAt(end - 1))) {
            end--;
        }
        return new Part(sql.substring(start, end), sql.codePointCount(0, start));
    }
}
