package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.StatementStopped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does a statement's work, which gives no rows. Threading: the session's thread only. */
final class WorkCursor implements ResultCursor {
    private final QueryScope scope;
    private final Runnable work;

    /**
     * @param work done when rows are asked for; may end with {@link StatementStopped}
     */
    WorkCursor(QueryScope scope, Runnable work) {
        this.scope = scope;
        this.work = work;
    }

    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public @Nullable Chunk next() {
        try {
            work.run();
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
