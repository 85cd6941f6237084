package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.StoredMap;
import io.rvbbit.udf.Functions;
import io.rvbbit.udf.QueryScope;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a statement that runs cascades, in the form that serves it best: as they are
 * answered, answered before they are stored, or as one statement of the engine.
 *
 * <p>Threading: the session's thread only.
 */
final class AnsweredRows {
    private static final Logger LOG = LoggerFactory.getLogger(AnsweredRows.class);

    private final ClientContext client;
    private final AccountedStatement statement;
    private final QueryScope scope;
    private final @Nullable StatementSpans spans;
    private @Nullable StoredRows stored;
    private @Nullable EnginePrepared prepared;
    private @Nullable ResultCursor cursor;

    /** {@code spans}: null for a statement that is not traced. */
    AnsweredRows(
            ClientContext client,
            AccountedStatement statement,
            QueryScope scope,
            @Nullable StatementSpans spans) {
        this.client = client;
        this.statement = statement;
        this.scope = scope;
        this.spans = spans;
    }

    /** Begins; where the rows are stored, they are answered when this returns. */
    void begin(Rewritten rewritten, List<@Nullable Object> parameters, Cancellation cancellation) {
        cursor =
                streamed(parameters)
                        .orElseGet(() ->
                                whole(answered(rewritten, parameters, cancellation), parameters));
    }

    /** Begins something else than the statement's SQL. */
    void begin(Function<QueryScope, ResultCursor> answering) {
        cursor = answering.apply(scope);
    }

    boolean hasBegun() {
        return cursor != null;
    }

    /** The next rows; null at the end. */
    @Nullable Chunk next() {
        ResultCursor running = cursor;
        return running == null ? null : running.next();
    }

    void demand(long rows) {
        if (cursor instanceof MapCursor map) {
            map.demand(rows);
        }
    }

    void beforeWaiting(Runnable letGo) {
        if (cursor instanceof MapCursor map) {
            map.beforeWaiting(letGo);
        }
    }

    /** Rows that the statement changed; empty where it changes none. */
    Optional<Long> changedRows() {
        ResultCursor running = cursor;
        return running == null || running.changedRows() < 0
                ? Optional.empty()
                : Optional.of(running.changedRows());
    }

    private Optional<ResultCursor> streamed(List<@Nullable Object> parameters) {
        return statement
                .streamed()
                .apply(Functions.CALLER_SQL)
                .flatMap(map ->
                        MapCursor.open(
                                client,
                                scope,
                                spans,
                                map,
                                statement.bounds().get(map.call()),
                                statement.parameterTypes(),
                                parameters));
    }

    /** What is left to be run: where the rows of a MAP are stored, they are answered before. */
    private String answered(
            Rewritten rewritten, List<@Nullable Object> parameters, Cancellation cancellation) {
        StoredRows rows = new StoredRows(client);
        Optional<StoredMap> map = statement.stored().apply(rows.stage(), rows.rows());
        if (map.isEmpty()) {
            return rewritten.sql();
        }
        stored = rows;
        rows.answer(scope, spans, map.get(), statement.parameterTypes(), parameters);
        cancellation.check();
        return map.get().statement();
    }

    private ResultCursor whole(String sql, List<@Nullable Object> parameters) {
        if (statement.replayed() != null) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "a type of the rows is known to this transaction alone")
                    .hint("COMMIT first");
        }
        EnginePrepared ready =
                client.connection()
                        .prepare(ClientQuery.engineText(client, sql), statement.parameterTypes());
        prepared = ready;
        return ready.execute(parameters);
    }

    /** What was answered before is not needed once it is stored. */
    void dropStored() {
        StoredRows rows = stored;
        if (rows != null) {
            stored = null;
            try {
                rows.close();
            } catch (SqlException e) {
                LOG.warn("{}: cannot drop answered rows", scope.caller(), e);
            }
        }
    }

    /** Ends what runs, but for the answered rows: their tables are dropped by statements. */
    void release() {
        ResultCursor running = cursor;
        if (running != null) {
            running.close();
            cursor = null;
        }
        EnginePrepared ready = prepared;
        if (ready != null) {
            ready.close();
            prepared = null;
        }
    }
}
