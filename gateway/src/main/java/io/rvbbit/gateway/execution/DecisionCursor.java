package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.FallbackDecisions;
import io.rvbbit.udf.FallbackDecisions.Undecided;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.StatementStopped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what functions give, and gives no rows. Threading: the session's thread only. */
final class DecisionCursor implements ResultCursor {
    private final QueryScope scope;
    private final List<Undecided> functions;
    private final List<FallbackCall> decided;

    /**
     * @param decided takes the functions with what they give, in their order
     */
    DecisionCursor(QueryScope scope, List<Undecided> functions, List<FallbackCall> decided) {
        this.scope = scope;
        this.functions = List.copyOf(functions);
        this.decided = decided;
    }

    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public @Nullable Chunk next() {
        try {
            decided.addAll(FallbackDecisions.decide(scope, functions));
            return null;
        } catch (StatementStopped stopped) {
            throw scope.failure()
                    .orElseGet(() ->
                            new SqlException(
                                    SqlState.INTERNAL_ERROR, "the statement has ended", stopped));
        }
    }

    @Override
    public long changedRows() {
        return -1;
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
