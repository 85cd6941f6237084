package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CopyStatement.FromClient;
import io.rvbbit.rewriter.CopyStatement.QueryToClient;
import io.rvbbit.rewriter.CopyStatement.TableToClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads COPY … FROM STDIN and COPY … TO STDOUT, in the present and the old syntax.
 *
 * <p>Threading: each statement has a parser of its own.
 *
 * @see <a href="https://www.postgresql.org/docs/15/sql-copy.html">COPY</a>
 */
public final class CopyParser {
    private static final String FORM =
            "COPY table [(column, …)] FROM STDIN [WITH (option, …)], COPY {table | (query)} TO"
                    + " STDOUT [WITH (option, …)]";

    private final Script.Part part;
    private final TokenCursor cursor;

    private CopyParser(Script.Part part, List<Token> tokens) {
        this.part = part;
        this.cursor = new TokenCursor(part.source(), tokens, 0);
    }

    /**
     * The statement if it copies through the connection; empty for any other, also for COPY with a
     * file.
     *
     * @throws SqlException 42601, 22023 or 0A000 with PostgreSQL's words
     */
    public static Optional<CopyStatement> parse(Script.Part part) {
        List<Token> tokens = Lexer.tokensUpToFault(part.text());
        if (!tokens.getFirst().is("COPY") || !namesStream(tokens)) {
            return Optional.empty();
        }
        return Optional.of(new CopyParser(part, Lexer.tokens(part.text())).read());
    }

    /** Whether STDIN or STDOUT stands behind the first FROM or TO outside parentheses. */
    private static boolean namesStream(List<Token> tokens) {
        int depth = 0;
        for (int at = 1; at + 1 < tokens.size(); at++) {
            Token token = tokens.get(at);
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
            if (depth == 0 && token.isAny("FROM", "TO")) {
                return tokens.get(at + 1).isAny("STDIN", "STDOUT");
            }
        }
        return false;
    }

    private CopyStatement read() {
        cursor.next();
        if (cursor.peek().isOperator("(")) {
            return query();
        }
        CopyOptionsParser options = new CopyOptionsParser(cursor);
        if (cursor.peek().is("BINARY") && !cursor.peek(1).isAny("FROM", "TO")) {
            options.binaryFirst();
        }
        Token first = cursor.peek();
        int position = cursor.position(first);
        Target.TableName table = cursor.expectName("a table name");
        List<String> columns = columns();
        boolean from = cursor.accept("FROM");
        if (!from && !cursor.accept("TO")) {
            throw cursor.unexpected("FROM or TO").hint(FORM);
        }
        cursor.next();
        CopyOptions read = options.read(from);
        Optional<Script.Part> where = where(from);
        expectEnd();
        return from
                ? new FromClient(table, position, columns, read, where)
                : new TableToClient(table, position, columns, read);
    }

    private QueryToClient query() {
        int open = cursor.next().end();
        cursor.skipToClosing();
        int close = cursor.previous().start();
        if (!cursor.accept("TO")) {
            throw cursor.unexpected("TO").hint(FORM);
        }
        cursor.next();
        CopyOptions options = new CopyOptionsParser(cursor).read(false);
        expectEnd();
        return new QueryToClient(cut(open, close), options);
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>();
        if (cursor.acceptOperator("(")) {
            do {
                if (!cursor.peek().isIdentifier()) {
                    throw cursor.unexpected("a column name").hint(FORM);
                }
                columns.add(cursor.next().identifier());
            } while (cursor.acceptOperator(","));
            cursor.expectOperator(")", "\",\" or \")\"", FORM);
        }
        return columns;
    }

    private Optional<Script.Part> where(boolean from) {
        Token where = cursor.peek();
        if (!cursor.accept("WHERE")) {
            return Optional.empty();
        }
        if (!from) {
            throw new SqlException(SqlState.SYNTAX_ERROR, "WHERE clause not allowed with COPY TO")
                    .at(cursor.position(where));
        }
        int start = cursor.peek().start();
        int depth = 0;
        while (!cursor.peek().isEnd()) {
            Token token = cursor.peek();
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
            if (depth < 0) {
                throw cursor.unexpected("the end of the condition");
            }
            cursor.next();
        }
        if (cursor.previous().is("WHERE") || depth > 0) {
            throw cursor.unexpected("a condition");
        }
        return Optional.of(cut(start, cursor.previous().end()));
    }

    private void expectEnd() {
        if (!cursor.peek().isEnd()) {
            throw cursor.unexpected("the end of the statement").hint(FORM);
        }
    }

    /** A piece of the statement, without blanks around it. */
    private Script.Part cut(int start, int end) {
        int from = start;
        int to = end;
        while (from < to && Lexer.isSpace(part.text().charAt(from))) {
            from++;
        }
        while (to > from && Lexer.isSpace(part.text().charAt(to - 1))) {
            to--;
        }
        return new Script.Part(
                part.text().substring(from, to),
                part.offset() + part.text().codePointCount(0, from));
    }
}
