package io.rvbbit.rewriter;

/**
 * One lexical unit of SQL; {@code start} and {@code end} are Java string indexes into its text.
 *
 * <p>Threading: immutable.
 */
public record Token(Kind kind, String text, int start, int end) {

    /** What a token is; SPACE and COMMENT carry no meaning, END closes every list of tokens. */
    public enum Kind {
        WORD,
        QUOTED_IDENTIFIER,
        STRING,
        NUMBER,
        PARAMETER,
        OPERATOR,
        SPACE,
        COMMENT,
        END
    }

    /** True if this is that keyword, unquoted, in any case. */
    public boolean is(String keyword) {
        return kind == Kind.WORD && SqlText.sameWord(text, keyword);
    }

    /** True if this is one of those keywords, unquoted, in any case. */
    public boolean isAny(String... keywords) {
        for (String keyword : keywords) {
            if (is(keyword)) {
                return true;
            }
        }
        return false;
    }

    public boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    /** True if this can name something: a word or a quoted identifier. */
    public boolean isIdentifier() {
        return kind == Kind.WORD || kind == Kind.QUOTED_IDENTIFIER;
    }

    public boolean isString() {
        return kind == Kind.STRING;
    }

    public boolean isEnd() {
        return kind == Kind.END;
    }

    /** The name that an identifier stands for: lower case where it is not quoted. */
    public String identifier() {
        return kind == Kind.QUOTED_IDENTIFIER
                ? Literals.quotedIdentifier(text)
                : SqlText.fold(text);
    }

    /** The text that a string literal stands for. */
    public String string() {
        return Literals.string(text);
    }

    /** True for '…' and $$…$$ without escapes: what stands there is what is meant. */
    public boolean isPlainString() {
        return isString() && (text.startsWith("'") || text.startsWith("$"));
    }

    boolean isMeaningful() {
        return kind != Kind.SPACE && kind != Kind.COMMENT;
    }
}
