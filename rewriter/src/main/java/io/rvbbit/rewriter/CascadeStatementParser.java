package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.List;
import java.util.Optional;

/**
 * Finds and reads every RVBBIT clause of one statement, bare or inside larger SQL.
 *
 * <p>Threading: one parse.
 */
final class CascadeStatementParser {
    private final Script.Part part;
    private final List<Token> tokens;
    private final TokenCursor cursor;
    private final StatementHead head;
    private final CascadeClauseParser clauses;
    private boolean bare;

    CascadeStatementParser(Script.Part part, List<Token> tokens) {
        this.part = part;
        this.tokens = tokens;
        this.cursor = new TokenCursor(part.source(), tokens, 0);
        this.head = StatementHead.read(part.source(), tokens);
        this.clauses = new CascadeClauseParser(cursor);
    }

    /** The statement, or nothing if it holds no clause. */
    Optional<CascadeStatement> parse() {
        while (!cursor.peek().isEnd()) {
            if (ClauseStart.inParentheses(cursor)) {
                refuseWhereItCannotStand();
                clauses.parseClause();
                clauses.expectClosing();
            } else if (cursor.peek().is("RVBBIT") && standsBare()) {
                refuseWhereItCannotStand();
                clauses.parseClause();
                expectEndOfBare();
                bare = true;
            } else {
                if (ClauseStart.isUnmistakable(cursor)) {
                    refuseWhereItCannotStand();
                }
                ClauseStart.refuseBare(cursor);
                cursor.next();
            }
        }
        if (clauses.calls().isEmpty()) {
            return Optional.empty();
        }
        Target target =
                bare && head.target() instanceof Target.Embedded
                        ? new Target.ToClient()
                        : head.target();
        return Optional.of(
                new CascadeStatement(part.text(), part.offset(), target, clauses.calls()));
    }

    private boolean standsBare() {
        int behindTables =
                CommonTables.at(tokens, head.body()).map(CommonTables::end).orElse(head.body());
        return cursor.index() == head.body() || cursor.index() == behindTables;
    }

    private void expectEndOfBare() {
        boolean insertGoesOn =
                head.target() instanceof Target.Insert && cursor.peek().isAny("ON", "RETURNING");
        if (!cursor.peek().isEnd() && !insertGoesOn) {
            throw clauses.unexpectedAfterClause("WITH (…) or the end of the statement");
        }
    }

    /**
     * A view or macro would spend money on every read and outlive the token of its execution; the
     * text of PREPARE would be rewritten once and run often.
     */
    private void refuseWhereItCannotStand() {
        Token first = tokens.getFirst();
        if (first.is("CREATE") && !(head.target() instanceof Target.CreateTable)) {
            throw unsupported("a RVBBIT clause cannot stand in a view or macro")
                    .hint("it would spend money on every read; write CREATE TABLE name AS …");
        }
        if (first.is("PREPARE")) {
            throw unsupported("PREPARE of a RVBBIT statement is not supported")
                    .hint("use the prepared statements of your driver, or send it directly");
        }
    }

    private SqlException unsupported(String message) {
        return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, message)
                .at(cursor.position(cursor.peek()));
    }
}
