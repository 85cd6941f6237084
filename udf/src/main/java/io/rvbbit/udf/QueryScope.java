package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.UlidSource;
import io.rvbbit.udf.BatchTables.Staged;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution of one statement: who pays, what runs, what went wrong, what came of it.
 *
 * <p>The first failure (a cancellation, a fault of the statement, a row's error under {@link
 * OnError#FAIL}) stops everything: no new cascade starts, running ones are interrupted, functions
 * that wait return. DuckDB then reports a meaningless text; the executor sends {@link #failure}
 * instead. The scope owns its threads and staged tables and is closed by whoever opened it, after
 * DuckDB has ended the statement. Threading: any thread.
 */
public final class QueryScope implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryScope.class);

    /** Sessions that were interrupted get this long to tell the books. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A wait ends with its flight; this only bounds the damage of a bug that loses one. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final String token;
    private final StatementSpec statement;
    private final QueryScopes scopes;
    private final RowLedger ledger;
    private final Flights flights;
    private final CascadeCalls calls;
    private final FallbackCalls fallbacks;
    private final UlidSource ulids;
    private final Map<Integer, RowWindow> windows = new ConcurrentHashMap<>();
    private final Map<Integer, Staged> staged = new ConcurrentHashMap<>();
    private final Queue<Staged> abandoned = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Replay> replay = new AtomicReference<>();
    private final AtomicReference<@Nullable SqlException> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable String> cancelReason = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    QueryScope(
            String token,
            StatementSpec statement,
            LongSupplier nanoTime,
            UlidSource ulids,
            QueryScopes scopes) {
        this.token = token;
        this.statement = statement;
        this.scopes = scopes;
        this.ledger = new RowLedger(statement.calls().size(), nanoTime);
        this.flights =
                new Flights(
                        "cascade-" + statement.caller(),
                        statement.parallel(),
                        statement.runner(),
                        ledger,
                        statement.journal(),
                        this::fail);
        this.calls = new CascadeCalls(this, flights);
        this.ulids = ulids;
        this.fallbacks = new FallbackCalls(this, scopes);
    }

    /** The functions' first argument; a secret. */
    public String token() {
        return token;
    }

    public CallerId caller() {
        return statement.caller();
    }

    /**
     * Gives a RUN its rows, before the statement starts; they are closed with the scope.
     *
     * @param call index of a {@link CallSpec.Verb#RUN}
     */
    public void stage(int call, Staged rows) {
        ledger.runRead(call, rows.rowCount());
        Staged earlier = staged.put(call, rows);
        if (earlier != null) {
            abandoned.add(earlier);
        }
    }

    /**
     * Gives a REPLAY's one MAP its rows, before the statement starts; they are closed with the
     * scope.
     */
    public void replay(Replay rows) {
        replay.set(rows);
        for (int row = 1; row <= rows.count(); row++) {
            ledger.rowRead(0, row);
        }
        ledger.inputEnded(0);
    }

    /**
     * Answers the rows of a MAP in their order, as they come. The same object each time.
     *
     * @param call index of a {@link CallSpec.Verb#MAP}
     */
    public RowWindow window(int call) {
        return windows.computeIfAbsent(
                call, index -> new RowWindow(this, index, RowWindow.MOST_BYTES));
    }

    /** Stops the statement with 57014; {@code reason} is what the client is told. */
    public void cancel(String reason) {
        if (failure.compareAndSet(null, new SqlException(SqlState.QUERY_CANCELED, reason))) {
            cancelReason.set(reason);
            flights.stop();
        }
    }

    /** Why the statement was cancelled; empty if it was not, or had failed before. */
    public Optional<String> cancelled() {
        return Optional.ofNullable(cancelReason.get());
    }

    /** Stops the statement with this failure unless it has one. */
    public void fail(SqlException reason) {
        if (failure.compareAndSet(null, reason)) {
            flights.stop();
        }
    }

    /** The statement's first failure: what the client is told instead of DuckDB's text. */
    public Optional<SqlException> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Warnings of the cascades that have been named so far, each with file and place, once. */
    public Set<String> warnings() {
        return calls.warnings();
    }

    /** What has been done so far; final once the scope is closed. */
    public QueryTotals totals() {
        return ledger.totals();
    }

    /** What it did not have to pay for. */
    public Savings savings() {
        return ledger.savings();
    }

    /** How far it has come by now. */
    public RowProgress progress() {
        return ledger.progress();
    }

    /** Ids of the cascades of its clauses, and of those that functions have named so far. */
    public Set<String> cascades() {
        return calls.cascades();
    }

    /** Ends the token, stops what runs, waits for its threads and drops the staged rows. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        scopes.ended(this);
        flights.stop();
        try {
            if (!flights.awaitEnd(PATIENCE)) {
                LOG.warn("{}: cascades still run after {}", caller(), PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fallbacks.close();
        staged.values().forEach(this::drop);
        abandoned.forEach(this::drop);
        try (Replay _ = replay.get()) {
            statement.journal().close();
        } catch (SqlException e) {
            LOG.warn("{}: {}", caller(), e.getMessage(), e);
        }
    }

    /** Refuses to begin work for a statement that has ended. */
    void checkRunning() {
        if (failure.get() != null || closed.get()) {
            throw new StatementStopped();
        }
    }

    StatementSpec statement() {
        return statement;
    }

    RowLedger ledger() {
        return ledger;
    }

    CascadeCalls calls() {
        return calls;
    }

    FallbackCalls fallbacks() {
        return fallbacks;
    }

    /** The id of an event that is about to be booked. */
    String nextUlid() {
        return ulids.next();
    }

    /** The rows of a RUN. */
    Staged staged(int call) {
        Staged rows = staged.get(call);
        if (rows == null) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "the rows of RUN clause " + call + " are not staged");
        }
        return rows;
    }

    /** The rows of a REPLAY. */
    Replay replay() {
        Replay rows = replay.get();
        if (rows == null) {
            throw new SqlException(SqlState.INTERNAL_ERROR, "there are no rows to be replayed");
        }
        return rows;
    }

    /** Rows that a session may still read although nobody waits for it; they go with the scope. */
    void abandon(Staged rows) {
        abandoned.add(rows);
    }

    /** Waits for an answer, or for the statement's end. */
    <T> T await(CompletableFuture<T> answer) {
        while (true) {
            try {
                T arrived = flights.await(answer, GLANCE);
                checkRunning();
                return arrived;
            } catch (TimeoutException e) {
                checkRunning();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SqlException known) {
                    fail(known);
                } else if (!(e.getCause() instanceof StatementStopped)) {
                    fail(internal(e));
                }
                throw new StatementStopped();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancel("canceling statement because its thread was interrupted");
                throw new StatementStopped();
            }
        }
    }

    /** What the client is told of a bug; the cause goes to the log only. */
    static SqlException internal(Throwable cause) {
        return new SqlException(
                SqlState.INTERNAL_ERROR, "a function of the gateway broke down", cause);
    }

    private void drop(Staged rows) {
        try {
            rows.close();
        } catch (RuntimeException e) {
            LOG.warn("{}: cannot drop staged rows", caller(), e);
        }
    }
}
