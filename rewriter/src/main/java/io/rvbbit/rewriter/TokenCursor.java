package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over a statement's tokens and makes the errors that point at them.
 *
 * <p>Threading: one parse.
 */
final class TokenCursor {
    private final SourceText source;
    private final List<Token> tokens;
    private int at;

    TokenCursor(SourceText source, List<Token> tokens, int at) {
        this.source = source;
        this.tokens = tokens;
        this.at = at;
    }

    int index() {
        return at;
    }

    void moveTo(int index) {
        at = index;
    }

    Token peek() {
        return peek(0);
    }

    /** The token so many further on, or back; the END where there are no more. */
    Token peek(int further) {
        return tokens.get(Math.min(at + further, tokens.size() - 1));
    }

    Token previous() {
        return tokens.get(at - 1);
    }

    Token next() {
        Token token = peek();
        if (!token.isEnd()) {
            at++;
        }
        return token;
    }

    boolean accept(String keyword) {
        boolean found = peek().is(keyword);
        if (found) {
            at++;
        }
        return found;
    }

    boolean acceptOperator(String operator) {
        boolean found = peek().isOperator(operator);
        if (found) {
            at++;
        }
        return found;
    }

    Token expectOperator(String operator, String expected, String form) {
        if (!peek().isOperator(operator)) {
            throw unexpected(expected).hint(form);
        }
        return next();
    }

    /**
     * Passes the parenthesis that closes the one just passed.
     *
     * @throws SqlException 42601 at a semicolon or at the end
     */
    void skipToClosing() {
        int depth = 1;
        while (true) {
            Token token = peek();
            if (token.isEnd() || token.isOperator(";")) {
                throw unexpected("\")\"");
            }
            at++;
            if (token.isOperator("(")) {
                depth++;
            } else if (token.isOperator(")") && --depth == 0) {
                return;
            }
        }
    }

    /** The dotted name here, if there is one; the cursor moves behind it. */
    Target.TableName expectName(String expected) {
        int start = peek().start();
        List<String> parts = new ArrayList<>();
        do {
            if (!peek().isIdentifier()) {
                throw unexpected(expected);
            }
            parts.add(next().identifier());
        } while (acceptOperator("."));
        return new Target.TableName(source.text().substring(start, previous().end()), parts);
    }

    String text(int start, int end) {
        return source.text().substring(start, end);
    }

    int position(Token token) {
        return source.position(token.start());
    }

    int positionOf(int index) {
        return source.position(index);
    }

    SqlException unexpected(String expected) {
        return source.unexpected(peek(), expected);
    }

    /** As above, with the right form as hint, and the keyword if this is nearly one. */
    SqlException unexpected(String expected, String form, String... keywords) {
        return unexpected(expected).hint(didYouMean(keywords) + form);
    }

    private String didYouMean(String... keywords) {
        if (peek().kind() != Kind.WORD) {
            return "";
        }
        return NearestName.of(peek().text(), List.of(keywords))
                .map(keyword -> "did you mean " + keyword + "? ")
                .orElse("");
    }
}
