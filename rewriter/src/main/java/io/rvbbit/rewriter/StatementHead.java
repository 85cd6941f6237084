package io.rvbbit.rewriter;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands before a statement's query: its target, and where the query begins.
 *
 * @param target of the rows, {@code Embedded} where the first words name none
 * @param body token index at which a query, or a bare RVBBIT clause, begins
 */
record StatementHead(Target target, int body) {

    /** Reads the head of a statement; never fails. */
    static StatementHead read(SourceText source, List<Token> tokens) {
        int verb =
                CommonTables.at(tokens, 0)
                        .map(CommonTables::end)
                        .filter(end -> tokens.get(end).is("INSERT"))
                        .orElse(0);
        TokenCursor cursor = new TokenCursor(source, tokens, verb);
        StatementHead none = new StatementHead(new Target.Embedded(), 0);
        try {
            if (cursor.accept("CREATE")) {
                return createTable(cursor, none);
            }
            if (cursor.accept("INSERT")) {
                return insert(cursor, none);
            }
            if (cursor.accept("COPY") && cursor.acceptOperator("(")) {
                return new StatementHead(new Target.CopyTo(), 0);
            }
        } catch (SqlException _) {
            // Not one of our forms after all: the engine's own parser says what is wrong.
            return none;
        }
        return none;
    }

    private static StatementHead createTable(TokenCursor cursor, StatementHead none) {
        boolean orReplace = cursor.accept("OR") && cursor.accept("REPLACE");
        boolean temporary = cursor.accept("TEMP") || cursor.accept("TEMPORARY");
        if (!cursor.accept("TABLE")) {
            return none;
        }
        boolean ifNotExists =
                cursor.accept("IF") && cursor.accept("NOT") && cursor.accept("EXISTS");
        Target.TableName name = cursor.expectName("a table name");
        if (cursor.acceptOperator("(")) {
            cursor.skipToClosing();
        }
        if (!cursor.accept("AS")) {
            return none;
        }
        Target target = new Target.CreateTable(name, orReplace, temporary, ifNotExists);
        return new StatementHead(target, cursor.index());
    }

    private static StatementHead insert(TokenCursor cursor, StatementHead none) {
        if (cursor.accept("OR")) {
            cursor.next();
        }
        if (!cursor.accept("INTO")) {
            return none;
        }
        Target.TableName name = cursor.expectName("a table name");
        if (cursor.accept("AS")) {
            cursor.next();
        }
        List<String> columns = new ArrayList<>();
        boolean lists =
                cursor.peek().isOperator("(")
                        && !cursor.peek(1).isAny("SELECT", "FROM", "VALUES", "WITH")
                        && cursor.peek(2).kind() == Token.Kind.OPERATOR;
        if (lists && cursor.acceptOperator("(")) {
            do {
                columns.add(cursor.next().identifier());
            } while (cursor.acceptOperator(","));
            cursor.expectOperator(")", "\")\"", "");
        }
        if (cursor.accept("BY")) {
            cursor.next();
        }
        return new StatementHead(new Target.Insert(name, columns), cursor.index());
    }
}
