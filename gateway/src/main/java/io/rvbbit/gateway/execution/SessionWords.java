package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** First words of statements that the session reads itself and DuckDB need not understand. */
final class SessionWords {
    private static final Set<String> OURS =
            Set.of(
                    "SET",
                    "RESET",
                    "SHOW",
                    "BEGIN",
                    "START",
                    "COMMIT",
                    "END",
                    "ROLLBACK",
                    "ABORT",
                    "SAVEPOINT",
                    "RELEASE",
                    "PREPARE",
                    "EXECUTE",
                    "DEALLOCATE",
                    "DECLARE",
                    "FETCH",
                    "MOVE",
                    "CLOSE",
                    "DISCARD",
                    "COPY",
                    "LISTEN",
                    "NOTIFY",
                    "UNLISTEN");

    private SessionWords() {}

    /** DECLARE and PREPARE: the statement in them is read and planned by itself. */
    static boolean holdsAnother(String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        return tokens.getFirst().is("DECLARE")
                || (tokens.getFirst().is("PREPARE") && !tokens.get(1).is("TRANSACTION"));
    }

    static boolean answers(String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        Token first = tokens.getFirst();
        boolean database =
                first.isAny("CREATE", "DROP") && tokens.size() > 1 && tokens.get(1).is("DATABASE");
        return database
                || (first.kind() == Token.Kind.WORD
                        && OURS.contains(first.text().toUpperCase(Locale.ROOT)));
    }
}
