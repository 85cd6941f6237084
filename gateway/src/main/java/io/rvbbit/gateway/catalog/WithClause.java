package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;

/** Puts common tables in front of the query of a statement of any kind. */
final class WithClause {
    private WithClause() {}

    static String insert(String sql, String tables) {
        List<Token> tokens = Lexer.tokens(sql);
        int at = query(tokens);
        Token token = tokens.get(at);
        if (!token.is("with")) {
            return sql.substring(0, token.start())
                    + "WITH "
                    + tables
                    + " "
                    + sql.substring(token.start());
        }
        Token last = tokens.get(at + 1).is("recursive") ? tokens.get(at + 1) : token;
        return sql.substring(0, last.end()) + " " + tables + "," + sql.substring(last.end());
    }

    /** Where the query starts: after EXPLAIN (…), after CREATE … AS, within COPY (…). */
    private static int query(List<Token> tokens) {
        SqlShape shape = SqlShape.of(tokens);
        Token first = tokens.getFirst();
        if (first.isAny("select", "with", "values", "table", "from", "update", "delete", "insert")
                || first.isOperator("(")) {
            return 0;
        }
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i).isAny("select", "with", "values", "from")) {
                return i;
            }
            boolean optionsOfExplain = first.is("explain") && tokens.get(i).isOperator("(");
            if (optionsOfExplain) {
                i = shape.close(i);
            }
        }
        return 0;
    }
}
