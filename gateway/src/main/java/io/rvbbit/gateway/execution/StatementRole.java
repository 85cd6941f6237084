package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Set;

/** What a statement of the engine's is to its transaction, told by its words. */
final class StatementRole {
    private static final Set<String> READING =
            Set.of("SELECT", "SHOW", "ANALYZE", "SET", "RESET", "USE", "PRAGMA", "EXPLAIN");

    private StatementRole() {}

    static Plan.Role of(String text) {
        String words = CommandTag.of(text).words();
        List<Token> tokens = Lexer.tokensUpToFault(text);
        if (words.equals("VACUUM") || words.equals("CHECKPOINT")) {
            return Plan.Role.ALONE;
        }
        boolean reads =
                switch (words) {
                    // CREATE TABLE … AS is answered as the query that it ran.
                    case "SELECT" -> !tokens.getFirst().is("CREATE");
                    case "EXPLAIN" -> tokens.stream().noneMatch(token -> token.is("ANALYZE"));
                    case "COPY" -> !copiesFrom(tokens);
                    default -> READING.contains(words);
                };
        return reads ? Plan.Role.READS : Plan.Role.WRITES;
    }

    private static boolean copiesFrom(List<Token> tokens) {
        int depth = 0;
        for (Token token : tokens) {
            if (depth == 0 && token.is("FROM")) {
                return true;
            }
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
        }
        return false;
    }
}
