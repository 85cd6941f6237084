package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.Forecast.Sampled;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.SampleRun;
import io.rvbbit.udf.SampleRun.Paid;
import io.rvbbit.udf.StatementStopped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the inputs of a sample, and gives no rows. Threading: the session's thread only. */
final class SampleCursor implements ResultCursor {
    private final QueryScope scope;
    private final List<Sampled> inputs;
    private final List<Paid> paid;

    /**
     * @param paid takes what was computed
     */
    SampleCursor(QueryScope scope, List<Sampled> inputs, List<Paid> paid) {
        this.scope = scope;
        this.inputs = List.copyOf(inputs);
        this.paid = paid;
    }

    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public @Nullable Chunk next() {
        try {
            paid.addAll(SampleRun.answer(scope, inputs));
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
