package io.rvbbit.rewriter;

import java.util.List;

/** Statements about roles as others may see them: a password may stand in any of their strings. */
public final class PasswordText {
    private PasswordText() {}

    /**
     * The statement up to its first string if it makes or changes a role; else the same text.
     *
     * <p>For whatever keeps or shows what clients wrote. Text that cannot be read to its end is cut
     * where reading ended.
     */
    public static String hidden(String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        boolean role =
                tokens.size() > 2
                        && tokens.getFirst().isAny("CREATE", "ALTER")
                        && tokens.get(1).isAny("ROLE", "USER", "GROUP");
        if (!role) {
            return statement;
        }
        for (Token token : tokens) {
            if (token.isString() || token.isEnd()) {
                String shown = statement.substring(0, token.start());
                return token.start() < statement.stripTrailing().length()
                        ? shown + "'********'"
                        : shown;
            }
        }
        return statement;
    }
}
