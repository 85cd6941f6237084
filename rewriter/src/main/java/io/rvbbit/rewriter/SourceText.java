package io.rvbbit.rewriter;

/**
 * A statement's text and where it stands in the client's: turns indexes into positions.
 *
 * <p>Indexes are Java's (UTF-16); positions and {@code charactersBefore} count whole characters, as
 * PostgreSQL's clients do, positions from 1. Threading: immutable.
 */
record SourceText(String text, int charactersBefore) {
    private static final int EXCERPT = 60;

    int position(int index) {
        return charactersBefore + text.codePointCount(0, index) + 1;
    }

    /** PostgreSQL's words for a token that cannot stand where it stands. */
    SqlException unexpected(Token token, String expected) {
        String where =
                token.isEnd()
                        ? "syntax error at end of input"
                        : "syntax error at or near \"" + excerpt(token.text()) + "\"";
        return new SqlException(SqlState.SYNTAX_ERROR, where + ", expected " + expected)
                .at(position(token.start()));
    }

    static String excerpt(String text) {
        int lineEnd = text.indexOf('\n');
        String line = lineEnd < 0 ? text : text.substring(0, lineEnd);
        if (line.codePointCount(0, line.length()) <= EXCERPT) {
            return lineEnd < 0 ? line : line + "…";
        }
        return line.substring(0, line.offsetByCodePoints(0, EXCERPT)) + "…";
    }
}
