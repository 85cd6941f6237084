package io.rvbbit.rewriter;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names that a statement mentions, in lower case: DuckDB compares them without case. */
public final class Identifiers {
    private static final int DEEPEST = 8;

    private Identifiers() {}

    /**
     * Every word and quoted name, keywords included; also those inside the literals of query('…')
     * and query_table('…'). Text that cannot be read to its end gives those before the fault.
     */
    public static Set<String> of(String sql) {
        Set<String> names = new HashSet<>();
        collect(sql, names, 0);
        return Set.copyOf(names);
    }

    private static void collect(String sql, Set<String> names, int depth) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (token.isIdentifier()) {
                names.add(folded(token));
            }
            if (token.isString() && depth < DEEPEST && isQueryArgument(tokens, at)) {
                collect(token.string(), names, depth + 1);
            }
        }
    }

    private static boolean isQueryArgument(List<Token> tokens, int at) {
        return at >= 2
                && tokens.get(at - 1).isOperator("(")
                && tokens.get(at - 2).isIdentifier()
                && Set.of("query", "query_table").contains(folded(tokens.get(at - 2)));
    }

    static String folded(Token token) {
        return token.identifier().toLowerCase(Locale.ROOT);
    }
}
