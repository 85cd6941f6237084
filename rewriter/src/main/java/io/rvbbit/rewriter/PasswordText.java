package io.rvbbit.rewriter;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Statements about roles as others may see them: a password may stand in any of their strings. */
public final class PasswordText {
    private static final Pattern PASSWORD = Pattern.compile("password", Pattern.CASE_INSENSITIVE);

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

    /** The same for the statements of a script, which may be long: most are left as they are. */
    public static String hiddenInScript(String script) {
        if (!PASSWORD.matcher(script).find()) {
            return script;
        }
        try {
            return Script.split(script).parts().stream()
                    .map(part -> hidden(part.text()))
                    .collect(Collectors.joining("; "));
        } catch (SqlException unended) {
            return hidden(script);
        }
    }
}
