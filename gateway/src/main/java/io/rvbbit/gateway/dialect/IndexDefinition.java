package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;

/** {@code CREATE INDEX} without what the engine's indexes do not have. Threading: stateless. */
final class IndexDefinition {
    private IndexDefinition() {}

    static boolean isOne(List<Token> tokens) {
        return tokens.getFirst().is("CREATE")
                && (tokens.get(1).is("INDEX")
                        || (tokens.get(1).is("UNIQUE") && tokens.get(2).is("INDEX")));
    }

    static String rewrite(String sql, List<Token> tokens) {
        StringBuilder out = new StringBuilder(sql.length());
        int last = tokens.size() - 1;
        String table = "";
        boolean inColumns = false;
        for (int i = 0; i < last; i++) {
            Token token = tokens.get(i);
            if (token.is("CONCURRENTLY") && tokens.get(i - 1).is("INDEX")) {
                continue;
            }
            if (token.is("ON") && !inColumns) {
                table = tokens.get(i + 1).text();
                if (tokens.get(i - 1).isAny("INDEX", "CONCURRENTLY")) {
                    out.append(name(table, tokens, i)).append(' ');
                }
            }
            if (token.is("USING") && !inColumns) {
                i++;
                continue;
            }
            inColumns |= token.isOperator("(");
            if (inColumns && token.isAny("ASC", "DESC")) {
                continue;
            }
            if (inColumns && token.isIdentifier() && token.identifier().endsWith("_ops")) {
                continue; // the engine has one order for a type
            }
            if (inColumns && token.is("NULLS")) {
                i++;
                continue;
            }
            if (inColumns && token.is("WHERE")) {
                throw new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED, "partial indexes are not supported")
                        .at(sql.codePointCount(0, token.start()) + 1);
            }
            if (inColumns && token.isAny("INCLUDE", "WITH", "TABLESPACE")) {
                break;
            }
            out.append(token.text());
            boolean tight = token.isOperator(".") || tokens.get(i + 1).isOperator(".");
            out.append(tight ? "" : " ");
        }
        return out.toString().strip();
    }

    private static String name(String table, List<Token> tokens, int on) {
        StringBuilder name = new StringBuilder(table.replace("\"", ""));
        for (int i = on + 2; i < tokens.size() - 1; i++) {
            if (tokens.get(i).isIdentifier()
                    && !tokens.get(i).identifier().endsWith("_ops")
                    && !tokens.get(i).isAny("ASC", "DESC", "NULLS", "FIRST", "LAST", "USING")
                    && !tokens.get(i - 1).is("USING")) {
                name.append('_').append(tokens.get(i).identifier());
            }
        }
        return io.rvbbit.rewriter.SqlText.identifier(name.append("_idx").toString());
    }
}
