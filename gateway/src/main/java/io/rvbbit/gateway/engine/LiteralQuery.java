package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;

/**
 * A SELECT of literals alone, as connection pools send to see whether a connection lives: {@code
 * SELECT 1}.
 *
 * <p>Nothing that a session can set changes what it gives. Threading: stateless.
 */
final class LiteralQuery {
    /** Longer texts are not looked at. */
    private static final int LONGEST = 200;

    private LiteralQuery() {}

    static boolean isOne(String sql) {
        if (sql.length() > LONGEST) {
            return false;
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (!tokens.getFirst().is("SELECT")) {
            return false;
        }
        int at = 0;
        do {
            at = item(tokens, at + 1);
        } while (at > 0 && tokens.get(at).isOperator(","));
        return at > 0 && endsAt(tokens, at);
    }

    /** Where the item that begins there ends, its name included; -1 if it is not a literal. */
    private static int item(List<Token> tokens, int from) {
        int at = tokens.get(from).isOperator("-") ? from + 1 : from;
        Token value = tokens.get(at);
        boolean word = value.isPlainString() || value.isAny("NULL", "TRUE", "FALSE");
        boolean signed = at > from;
        if (value.kind() != Token.Kind.NUMBER && (signed || !word)) {
            return -1;
        }
        at++;
        if (!tokens.get(at).is("AS")) {
            return at;
        }
        return tokens.get(at + 1).isIdentifier() ? at + 2 : -1;
    }

    private static boolean endsAt(List<Token> tokens, int at) {
        Token token = tokens.get(at);
        return token.isEnd() || (token.isOperator(";") && tokens.get(at + 1).isEnd());
    }
}
