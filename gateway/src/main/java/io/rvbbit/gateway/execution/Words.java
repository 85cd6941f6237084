package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;

/**
 * Reads the words of a session command one after the other. Threading: one statement's planning.
 */
final class Words {
    private final List<Token> tokens;
    private int at;

    /**
     * @param tokens closed by an END
     */
    Words(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int further) {
        return tokens.get(Math.min(at + further, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        if (!token.isEnd()) {
            at++;
        }
        return token;
    }

    boolean accept(String word) {
        boolean there = peek().is(word);
        if (there) {
            at++;
        }
        return there;
    }

    boolean acceptOperator(String operator) {
        boolean there = peek().isOperator(operator);
        if (there) {
            at++;
        }
        return there;
    }

    void expect(String word) {
        if (!accept(word)) {
            throw unexpected(word);
        }
    }

    String name() {
        if (!peek().isIdentifier()) {
            throw unexpected("a name");
        }
        return next().identifier();
    }

    boolean isEnd() {
        return peek().isEnd();
    }

    void end() {
        if (!isEnd()) {
            throw unexpected("the end of the statement");
        }
    }

    SqlException unexpected(String expected) {
        return unexpected(peek(), expected);
    }

    static SqlException unexpected(Token token, String expected) {
        String near =
                token.text().isEmpty() ? "at end of input" : "at or near \"" + token.text() + "\"";
        return new SqlException(SqlState.SYNTAX_ERROR, "syntax error " + near)
                .at(token.start() + 1)
                .hint("expected " + expected);
    }
}
