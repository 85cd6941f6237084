package io.rvbbit.rewriter;

import java.util.List;
import java.util.Set;

/**
 * What a client's statement may not say, whoever sends it: checked by its tokens alone.
 *
 * <p>It keeps clients from the execution's token and the hidden functions, from other files and
 * settings, and from writing or imitating the books. Threading: stateless.
 */
public final class ClientSql {
    private static final int DEEPEST = 8;
    private static final Set<String> READS_BY_NAME = Set.of("getvariable", "query", "query_table");
    private static final Set<String> REFUSED =
            Set.of("duckdb_variables", "json_execute_serialized_sql");
    private static final Set<String> SHOWS_STATEMENTS =
            Set.of("current_query", "duckdb_prepared_statements", "pg_prepared_statements");

    private ClientSql() {}

    /**
     * Checks one statement of a client; positions count from its own beginning.
     *
     * @throws SqlException 42501 or 42939 for what is not allowed, 42601 if it cannot be read
     */
    public static void check(String statement) {
        check(statement, 0);
    }

    private static void check(String statement, int depth) {
        SourceText source = new SourceText(statement, 0);
        List<Token> tokens = Lexer.tokens(statement);
        TokenCursor cursor = new TokenCursor(source, tokens, 0);
        boolean cascades = StatementParser.mentionsRvbbitStatement(statement);
        while (!cursor.peek().isEnd()) {
            Token token = cursor.peek();
            refuseHidden(token, cursor);
            if (token.isIdentifier()) {
                String name = Identifiers.folded(token);
                if (REFUSED.contains(name)) {
                    throw refused("\"" + name + "\" is not available to clients", token, cursor);
                }
                // The rewritten statement holds its token, so these would show it.
                if (cascades && SHOWS_STATEMENTS.contains(name)) {
                    throw refused("\"" + name + "\" is not available beside RVBBIT", token, cursor);
                }
                if (READS_BY_NAME.contains(name) && isCall(cursor)) {
                    checkArgument(name, cursor, depth);
                }
            }
            cursor.next();
        }
        cursor.moveTo(0);
        StatementGuard.check(cursor, tokens);
    }

    private static void refuseHidden(Token token, TokenCursor cursor) {
        String name =
                switch (token.kind()) {
                    case WORD, QUOTED_IDENTIFIER -> token.identifier();
                    case STRING -> token.string();
                    case PARAMETER -> token.text().substring(1);
                    case NUMBER, OPERATOR, SPACE, COMMENT, END -> "";
                };
        if (ReservedNames.isHidden(name)) {
            throw refused(
                            "\"" + SourceText.excerpt(name) + "\" is reserved for the gateway",
                            token,
                            cursor)
                    .hint("names that begin with _rvbbit cannot be used");
        }
    }

    // INSERT INTO query (…) and CREATE TABLE query (…) name a table.
    private static boolean isCall(TokenCursor cursor) {
        boolean names =
                cursor.index() > 0
                        && (cursor.previous().isAny("INTO", "TABLE")
                                || (cursor.previous().is("EXISTS")
                                        && cursor.index() > 2
                                        && cursor.peek(-2).is("NOT")
                                        && cursor.peek(-3).is("IF")));
        return cursor.peek(1).isOperator("(") && !names;
    }

    private static void checkArgument(String name, TokenCursor cursor, int depth) {
        Token argument = cursor.peek(2);
        boolean plain =
                argument.isPlainString()
                        && cursor.peek(3).isOperator(")")
                        && (cursor.index() == 0 || !cursor.previous().isOperator("."));
        if (!plain) {
            throw refused(name + "() takes one plain string literal here", cursor.peek(), cursor)
                    .hint("write " + name + "('…')");
        }
        if (name.equals("getvariable")) {
            return;
        }
        if (depth >= DEEPEST) {
            throw refused(name + "() is nested too deep", argument, cursor);
        }
        try {
            check(argument.string(), depth + 1);
        } catch (SqlException e) {
            throw e.at(cursor.position(argument));
        }
    }

    static SqlException refused(String message, Token token, TokenCursor cursor) {
        return new SqlException(SqlState.INSUFFICIENT_PRIVILEGE, message)
                .at(cursor.position(token));
    }
}
