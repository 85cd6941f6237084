package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CopyOptions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** COPY … TO STDOUT: the rows of a query. Threading: the session's thread only. */
public final class CopyOutPlan implements CopyPlan {
    private final Plan query;
    private final CopyOptions options;

    /**
     * Takes the query over.
     *
     * @param query gives rows and has no parameters
     */
    CopyOutPlan(Plan query, CopyOptions options) {
        this.query = query;
        this.options = options;
    }

    public CopyOptions options() {
        return options;
    }

    /** The query itself, which stays this plan's. */
    Plan query() {
        return query;
    }

    /** What is copied; the statement itself has no result columns. */
    public List<Column> copied() {
        return query.columns();
    }

    @Override
    public Role role() {
        return query.role();
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return query.journal(parameters);
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        Execution running = query.start(parameters, cancellation);
        return new Execution() {
            @Override
            public @Nullable Chunk next() {
                return running.next();
            }

            @Override
            public void beforeWaiting(Runnable letGo) {
                running.beforeWaiting(letGo);
            }

            @Override
            public String tag(long rows) {
                return "COPY " + rows;
            }

            @Override
            public void close() {
                running.close();
            }
        };
    }

    @Override
    public void close() {
        query.close();
    }
}
