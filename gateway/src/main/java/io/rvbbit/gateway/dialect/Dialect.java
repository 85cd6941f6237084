package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites PostgreSQL's dialect into the engine's, token by token.
 *
 * <p>Names, literals and comments are never mistaken for each other; what means the same to both
 * stays as it was written. The result depends on the text and the order of dates alone, and is kept
 * for the statements used last. Threading: any thread.
 */
public final class Dialect {
    private static final int MOST_KEPT = 1024;
    private static final int LONGEST_KEPT = 16_384;

    private static final Map<String, DialectSql> KEPT =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, DialectSql> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    private Dialect() {}

    /**
     * One statement in the engine's dialect.
     *
     * @throws SqlException 22P02 and its like for a literal that is no value of its type, 0A000 for
     *     what cannot be right on this engine
     */
    public static DialectSql rewrite(String sql) {
        return rewrite(sql, DateStyle.DEFAULT);
    }

    /**
     * The same for a session whose {@code DateStyle} this is.
     *
     * @throws SqlException as above
     */
    public static DialectSql rewrite(String sql, String dateStyle) {
        return rewrite(sql, DateStyle.of(dateStyle));
    }

    private static DialectSql rewrite(String sql, DateStyle style) {
        DateStyle.Order order = style.order();
        if (sql.length() > LONGEST_KEPT) {
            return rewritten(sql, order);
        }
        String key = order == DateStyle.Order.MDY ? sql : order + " " + sql;
        synchronized (KEPT) {
            DialectSql kept = KEPT.get(key);
            if (kept != null) {
                return kept;
            }
        }
        DialectSql rewritten = rewritten(sql, order);
        synchronized (KEPT) {
            KEPT.put(key, rewritten);
        }
        return rewritten;
    }

    private static DialectSql rewritten(String sql, DateStyle.Order order) {
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(sql);
        } catch (SqlException _) {
            // Whatever is broken about the text, the engine says it with the position in that text.
            return DialectSql.unchanged(sql);
        }
        Brackets brackets = Brackets.of(tokens);
        if (tokens.size() == 1 || !brackets.balanced()) {
            return DialectSql.unchanged(sql);
        }
        if (TableDefinition.isOne(tokens)) {
            return new TableDefinition(sql, tokens, brackets, order).rewrite();
        }
        if (tokens.getFirst().isAny("TRUNCATE", "DROP") || IndexDefinition.isOne(tokens)) {
            return ObjectCommands.rewrite(sql, tokens);
        }
        StatementWriter writer = new StatementWriter(sql, tokens, brackets, order);
        String text = writer.write();
        return new DialectSql(text, List.of(), writer.notices());
    }
}
