package io.rvbbit.udf;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.budget.StatementBudget;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.SqlSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one execution of a statement brings along. Threading: immutable.
 *
 * @param calls the RVBBIT clauses in the order of their index
 * @param parallel cascades of the statement that run at a time, over all its calls and vectors
 * @param rowsWaiting how many answered rows of a streamed MAP may wait for their turn
 * @param answers of all statements
 * @param budget what binds the statement's model calls
 * @param journal where the answers are kept; the statement's own, closed with its scope
 * @param sql what SQL cells read, except those of a RUN, which read their staged rows; null where
 *     there is no database
 */
public record StatementSpec(
        CallerId caller,
        List<CallSpec> calls,
        FunctionSpec functions,
        int parallel,
        int rowsWaiting,
        CascadeRunner runner,
        AnswerCache answers,
        CascadeLookup cascades,
        BatchTables batches,
        StatementBudget budget,
        Journal journal,
        @Nullable SqlSource sql) {
    public StatementSpec {
        calls = List.copyOf(calls);
        if (parallel < 1) {
            throw new IllegalArgumentException("at least one cascade runs at a time");
        }
        if (rowsWaiting < 1) {
            throw new IllegalArgumentException("at least one row may wait");
        }
    }
}
