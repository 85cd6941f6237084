package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.QueryScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the RUN clauses of a statement were given.
 *
 * <p>Threading: the session's thread only.
 *
 * @param rows of all of them; null if there is none
 * @param leftOut whether a query had more rows than were taken
 */
record RunInputs(@Nullable Long rows, boolean leftOut) {
    /** Copies the rows of each RUN; {@code spans} is null if the statement is not traced. */
    static RunInputs stage(
            ClientContext client,
            AccountedStatement statement,
            QueryScope scope,
            @Nullable StatementSpans spans,
            Cancellation cancellation,
            Rewritten rewritten,
            List<@Nullable Object> parameters) {
        Long rows = null;
        boolean leftOut = false;
        StatementSpans.Step step =
                spans == null || rewritten.stagings().isEmpty()
                        ? null
                        : spans.begin(StatementSpans.INPUT);
        for (Rewritten.Staging staging : rewritten.stagings()) {
            cancellation.check();
            try (EnginePrepared query =
                    client.connection()
                            .prepare(
                                    ClientQuery.engineText(client, staging.sql()),
                                    statement.parameterTypes())) {
                var staged =
                        client.services()
                                .databases()
                                .staging()
                                .stage(query, parameters, staging.table(), staging.bound());
                scope.stage(staging.call(), EngineBatches.of(staged));
                rows = (rows == null ? 0 : rows) + staged.rowCount();
                if (staged.truncated()) {
                    refuseBeyondMaximum(statement.bounds().get(staging.call()));
                    leftOut = true;
                }
            }
        }
        if (step != null) {
            step.end();
        }
        return new RunInputs(rows, leftOut);
    }

    private static void refuseBeyondMaximum(RowBound bound) {
        if (bound.isMaximum()) {
            throw new SqlException(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "the query gives more than " + bound.rows() + " rows")
                    .hint("add LIMIT, or raise max-rows in the server's configuration");
        }
    }
}
