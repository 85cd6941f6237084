package io.rvbbit.udf.cascade;

import java.util.List;

/**
 * Puts literals into SQL at marked places, and only where a literal is a token of its own.
 *
 * <p>A mark is {@code U+E000 index U+E001}. One pass reads the SQL as DuckDB would: a mark within a
 * string, a quoted name, a dollar quote or a comment is a fault, since there its text would not be
 * read as a literal. Inserted text is never read again.
 */
final class SqlMarks {
    static final char OPEN = '\uE000';
    static final char CLOSE = '\uE001';

    private final String sql;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private SqlMarks(String sql) {
        this.sql = sql;
    }

    static String mark(int index) {
        return OPEN + Integer.toString(index) + CLOSE;
    }

    static String fill(String sql, List<String> literals) {
        return new SqlMarks(sql).run(literals);
    }

    private String run(List<String> literals) {
        while (at < sql.length()) {
            char next = sql.charAt(at);
            if (next == OPEN) {
                int end = sql.indexOf(CLOSE, at);
                int index = Integer.parseInt(sql, at + 1, end, 10);
                // The spaces keep it from joining its neighbours to another token.
                out.append(' ').append(literals.get(index)).append(' ');
                at = end + 1;
            } else if (next == '\'') {
                copyTo(endOfQuoted('\'', startsEscapes()));
            } else if (next == '"') {
                copyTo(endOfQuoted('"', false));
            } else if (next == '$') {
                dollar();
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                copyTo(end < 0 ? sql.length() : end);
            } else if (sql.startsWith("/*", at)) {
                copyTo(endOfComment());
            } else {
                out.append(next);
                at++;
            }
        }
        return out.toString();
    }

    private void copyTo(int end) {
        if (sql.substring(at, end).indexOf(OPEN) >= 0) {
            throw new TemplateFault(
                    0,
                    "{{ … }} stands inside quotes or a comment of the SQL",
                    "write it without quotes: it becomes a literal by itself;"
                            + " join text with ||, and names with {{ x | ident }}");
        }
        out.append(sql, at, end);
        at = end;
    }

    private boolean startsEscapes() {
        if (at == 0 || (sql.charAt(at - 1) != 'e' && sql.charAt(at - 1) != 'E')) {
            return false;
        }
        return at == 1 || !isWord(sql.charAt(at - 2));
    }

    private int endOfQuoted(char quote, boolean escapes) {
        int i = at + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (escapes && c == '\\') {
                i += 2;
            } else if (c != quote) {
                i++;
            } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                i += 2;
            } else {
                return i + 1;
            }
        }
        throw new TemplateFault(0, "the SQL has a quote that never ends");
    }

    private void dollar() {
        int end = at + 1;
        while (end < sql.length() && isWord(sql.charAt(end))) {
            end++;
        }
        boolean wordBefore = at > 0 && isWord(sql.charAt(at - 1));
        boolean parameter = end > at + 1 && Character.isDigit(sql.charAt(at + 1));
        if (wordBefore || parameter || end >= sql.length() || sql.charAt(end) != '$') {
            out.append('$');
            at++;
            return;
        }
        String tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        if (close < 0) {
            throw new TemplateFault(0, "the SQL has a dollar quote that never ends");
        }
        copyTo(close + tag.length());
    }

    private int endOfComment() {
        int depth = 0;
        int i = at;
        while (i < sql.length()) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        throw new TemplateFault(0, "the SQL has a comment that never ends");
    }

    private static boolean isWord(char c) {
        return c == '_' || c >= 0x80 || Character.isLetterOrDigit(c);
    }
}
