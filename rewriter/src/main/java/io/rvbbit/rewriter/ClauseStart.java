package io.rvbbit.rewriter;

/**
 * Tells a RVBBIT clause from other uses of the word, such as a table {@code rvbbit}.
 *
 * <p>Threading: stateless.
 */
final class ClauseStart {
    private ClauseStart() {}

    /** True if a clause begins here as the first thing inside parentheses. */
    static boolean inParentheses(TokenCursor cursor) {
        if (!cursor.peek().is("RVBBIT")
                || cursor.index() == 0
                || !cursor.previous().isOperator("(")) {
            return false;
        }
        Token verb = cursor.peek(1);
        Token third = cursor.peek(2);
        if (third.isString() && verb.kind() == Token.Kind.WORD) {
            return true;
        }
        // A column named rvbbit of type MAP(…), as in CREATE TABLE, must stay what it is.
        return verb.isAny("MAP", "RUN")
                && (third.isAny("PARALLEL", "DISTINCT", "AS", "USING")
                        || third.kind() == Token.Kind.QUOTED_IDENTIFIER
                        || third.kind() == Token.Kind.PARAMETER);
    }

    /** True if these words can only be a clause, wherever they stand. */
    static boolean isUnmistakable(TokenCursor cursor) {
        return cursor.peek().is("RVBBIT")
                && cursor.peek(1).isAny("MAP", "RUN")
                && (cursor.peek(2).isString() || cursor.peek(2).isAny("PARALLEL", "DISTINCT"));
    }

    /** Refuses a clause that stands where only one in parentheses can. */
    static void refuseBare(TokenCursor cursor) {
        if (isUnmistakable(cursor)) {
            throw cursor.unexpected("a RVBBIT clause in parentheses here")
                    .hint("SELECT … FROM (RVBBIT MAP 'cascade.yaml' USING (SELECT …)) AS m");
        }
    }
}
