package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL into tokens by PostgreSQL's lexical rules, which are also DuckDB's.
 *
 * <p>The spans of {@link #all} cover the text without gaps. Literals, comments and quoted names are
 * single tokens, so what is written inside them is never mistaken for SQL. Threading: each call has
 * a lexer of its own.
 *
 * @see <a href="https://www.postgresql.org/docs/15/sql-syntax-lexical.html">Lexical structure</a>
 */
public final class Lexer {
    private static final String OPERATOR_CHARACTERS = "~!@#^&|`+-*/%<>=";

    private final String sql;
    private int at;

    private Lexer(String sql) {
        this.sql = sql;
    }

    /**
     * Every token, blanks and comments included, closed by one END.
     *
     * @throws SqlException 42601 at the start of a literal, name or comment that never ends
     */
    public static List<Token> all(String sql) {
        Lexer lexer = new Lexer(sql);
        List<Token> tokens = new ArrayList<>();
        while (lexer.at < sql.length()) {
            tokens.add(lexer.next());
        }
        tokens.add(new Token(Kind.END, "", sql.length(), sql.length()));
        return List.copyOf(tokens);
    }

    /**
     * The tokens that carry meaning: no blanks, no comments; closed by one END.
     *
     * @throws SqlException 42601 at the start of a literal, name or comment that never ends
     */
    public static List<Token> tokens(String sql) {
        return all(sql).stream().filter(Token::isMeaningful).toList();
    }

    /** The meaningful tokens up to the first thing that never ends, closed by one END. */
    public static List<Token> tokensUpToFault(String sql) {
        Lexer lexer = new Lexer(sql);
        List<Token> tokens = new ArrayList<>();
        while (lexer.at < sql.length()) {
            int start = lexer.at;
            try {
                Token token = lexer.next();
                if (token.isMeaningful()) {
                    tokens.add(token);
                }
            } catch (SqlException _) {
                // The caller wants what can be read; whoever needs the fault calls tokens().
                tokens.add(new Token(Kind.END, "", start, start));
                return List.copyOf(tokens);
            }
        }
        tokens.add(new Token(Kind.END, "", sql.length(), sql.length()));
        return List.copyOf(tokens);
    }

    private Token next() {
        int start = at;
        Kind kind = scan(start);
        return new Token(kind, sql.substring(start, at), start, at);
    }

    private Kind scan(int start) {
        char character = sql.charAt(start);
        if (isSpace(character)) {
            while (at < sql.length() && isSpace(sql.charAt(at))) {
                at++;
            }
            return Kind.SPACE;
        }
        if (sql.startsWith("--", start)) {
            while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
                at++;
            }
            return Kind.COMMENT;
        }
        if (sql.startsWith("/*", start)) {
            return blockComment(start);
        }
        if (character == '\'') {
            return quoted(start, 1, '\'', false, Kind.STRING);
        }
        if (character == '"') {
            return quoted(start, 1, '"', false, Kind.QUOTED_IDENTIFIER);
        }
        if (character == '$') {
            return dollar(start);
        }
        if (isDigit(start) || (character == '.' && isDigit(start + 1))) {
            number();
            return Kind.NUMBER;
        }
        if (isWordStart(character)) {
            return word(start);
        }
        return operator(start);
    }

    private Kind word(int start) {
        char second = charAt(start + 1);
        switch (sql.charAt(start)) {
            case 'e', 'E' -> {
                if (second == '\'') {
                    return quoted(start, 2, '\'', true, Kind.STRING);
                }
            }
            case 'b', 'B', 'x', 'X', 'n', 'N' -> {
                if (second == '\'') {
                    return quoted(start, 2, '\'', false, Kind.STRING);
                }
            }
            case 'u', 'U' -> {
                if (second == '&' && charAt(start + 2) == '\'') {
                    return quoted(start, 3, '\'', false, Kind.STRING);
                }
                if (second == '&' && charAt(start + 2) == '"') {
                    return quoted(start, 3, '"', false, Kind.QUOTED_IDENTIFIER);
                }
            }
            default -> {}
        }
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        return Kind.WORD;
    }

    private Kind quoted(int start, int opening, char quote, boolean backslash, Kind kind) {
        at = start + opening;
        while (at < sql.length()) {
            char character = sql.charAt(at++);
            if (backslash && character == '\\') {
                at++;
            } else if (character == quote) {
                if (charAt(at) != quote) {
                    return kind;
                }
                at++;
            }
        }
        throw unterminated(kind == Kind.STRING ? "quoted string" : "quoted identifier", start);
    }

    private Kind dollar(int start) {
        int end = start + 1;
        if (isDigit(end)) {
            while (isDigit(end)) {
                end++;
            }
            at = end;
            return Kind.PARAMETER;
        }
        if (end < sql.length() && isWordStart(sql.charAt(end))) {
            while (end < sql.length() && isWordPart(sql.charAt(end)) && sql.charAt(end) != '$') {
                end++;
            }
        }
        if (charAt(end) == '$') {
            String tag = sql.substring(start, end + 1);
            int close = sql.indexOf(tag, end + 1);
            if (close < 0) {
                throw unterminated("dollar-quoted string", start);
            }
            at = close + tag.length();
            return Kind.STRING;
        }
        at = end;
        return end > start + 1 ? Kind.PARAMETER : Kind.OPERATOR;
    }

    private Kind blockComment(int start) {
        int depth = 0;
        while (at < sql.length()) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return Kind.COMMENT;
                }
            } else {
                at++;
            }
        }
        throw unterminated("/* comment", start);
    }

    private void number() {
        digits();
        if (charAt(at) == '.' && charAt(at + 1) != '.') {
            at++;
            digits();
        }
        boolean exponent = charAt(at) == 'e' || charAt(at) == 'E';
        boolean signed = charAt(at + 1) == '+' || charAt(at + 1) == '-';
        if (exponent && isDigit(at + (signed ? 2 : 1))) {
            at += signed ? 2 : 1;
            digits();
        }
    }

    private void digits() {
        while (isDigit(at) || (charAt(at) == '_' && isDigit(at + 1))) {
            at++;
        }
    }

    private Kind operator(int start) {
        if (OPERATOR_CHARACTERS.indexOf(sql.charAt(start)) < 0) {
            boolean pair = sql.startsWith("::", start) || sql.startsWith(":=", start);
            at = start + (pair ? 2 : Character.charCount(sql.codePointAt(start)));
            return Kind.OPERATOR;
        }
        int end = start;
        while (end < sql.length()
                && OPERATOR_CHARACTERS.indexOf(sql.charAt(end)) >= 0
                && !sql.startsWith("--", end)
                && !sql.startsWith("/*", end)) {
            end++;
        }
        // PostgreSQL's rule that makes a=-1 three tokens: a trailing sign belongs to the operator
        // only where a character stands in it that no standard operator has.
        while (end > start + 1
                && (sql.charAt(end - 1) == '-' || sql.charAt(end - 1) == '+')
                && sql.substring(start, end).chars().noneMatch(c -> "~!@#%^&|`".indexOf(c) >= 0)) {
            end--;
        }
        at = end;
        return Kind.OPERATOR;
    }

    private SqlException unterminated(String what, int start) {
        return new SqlException(
                        SqlState.SYNTAX_ERROR,
                        "unterminated %s at or near \"%s\""
                                .formatted(what, SourceText.excerpt(sql.substring(start))))
                .at(sql.codePointCount(0, start) + 1);
    }

    private char charAt(int index) {
        return index < sql.length() ? sql.charAt(index) : '\0';
    }

    private boolean isDigit(int index) {
        char character = charAt(index);
        return character >= '0' && character <= '9';
    }

    // Byte order marks and zero-width spaces are what DuckDB takes for blanks beside Unicode's own.
    static boolean isSpace(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || (character >= '\u200B' && character <= '\u200D')
                || character == '\uFEFF';
    }

    private static boolean isWordStart(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || character == '_'
                || (character >= 0x80 && !isSpace(character));
    }

    private static boolean isWordPart(char character) {
        return isWordStart(character) || (character >= '0' && character <= '9') || character == '$';
    }
}
