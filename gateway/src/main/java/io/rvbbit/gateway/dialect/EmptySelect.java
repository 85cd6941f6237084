package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;

/**
 * A SELECT without a select list, as in {@code EXISTS (SELECT FROM t)}: rows without columns.
 *
 * <p>Threading: stateless.
 */
public final class EmptySelect {
    private EmptySelect() {}

    /** Whether the statement itself is one. */
    public static boolean isOne(String sql) {
        if (!sql.stripLeading().regionMatches(true, 0, "SELECT", 0, "SELECT".length())) {
            return false;
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        return tokens.getFirst().is("SELECT") && endsList(tokens.get(1));
    }

    /** Whether no item can begin with this token. */
    static boolean endsList(Token token) {
        return token.isEnd()
                || token.isOperator(")")
                || token.isOperator(";")
                || token.isAny("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
                || token.isAny("UNION", "INTERSECT", "EXCEPT", "FETCH");
    }
}
