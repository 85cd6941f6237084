package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.Invocation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A statement's cascades in flight: one virtual thread per distinct input, at most n running.
 *
 * <p>The same key is computed once per statement, whichever vector, call or thread asks. An answer
 * reaches the shelf before its flight goes, so that a newcomer finds one or the other. Permits are
 * given in order of arrival, so that the first rows are answered first. Threading: any thread.
 */
final class Flights {
    private final CascadeRunner runner;
    private final RowLedger ledger;
    private final AnswerShelf shelf;
    private final Consumer<SqlException> onFault;
    private final Semaphore permits;
    private final ExecutorService threads;
    private final Map<CallKey, CompletableFuture<Answer>> inFlight = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /**
     * @param name of the threads, which get a number each
     * @param onFault hears of every failure of the statement and is expected to call {@link #stop}
     */
    Flights(
            String name,
            int parallel,
            CascadeRunner runner,
            RowLedger ledger,
            AnswerShelf shelf,
            Consumer<SqlException> onFault) {
        this.runner = runner;
        this.ledger = ledger;
        this.shelf = shelf;
        this.onFault = onFault;
        this.permits = new Semaphore(parallel, true);
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-", 0).factory());
    }

    /**
     * Takes the answer to this key from wherever it is, or starts to compute it.
     *
     * @param invocation asked on this thread, and only if there is something to compute
     */
    Flight board(CallKey key, Supplier<Invocation> invocation) {
        CompletableFuture<Answer> fresh = new CompletableFuture<>();
        CompletableFuture<Answer> earlier = inFlight.putIfAbsent(key, fresh);
        if (earlier != null) {
            return new Flight(earlier, false);
        }
        boolean own = false;
        try {
            var kept = shelf.get(key);
            if (kept.isPresent()) {
                land(key, fresh, kept.get());
            } else if (stopped) {
                crash(key, fresh);
            } else {
                own = true;
                Invocation work = invocation.get();
                threads.execute(() -> compute(key, work, fresh));
            }
        } catch (RejectedExecutionException e) {
            crash(key, fresh);
        } catch (RuntimeException e) {
            crash(key, fresh);
            throw e;
        }
        return new Flight(fresh, own);
    }

    /** Starts no more, interrupts what runs, releases whoever waits. Returns at once. */
    void stop() {
        stopped = true;
        // Whoever waits goes first: thousands of interrupted threads would compete with them.
        StatementStopped reason = new StatementStopped();
        inFlight.values().forEach(flight -> flight.completeExceptionally(reason));
        threads.shutdownNow();
    }

    /** After {@link #stop}: waits for the threads; false if some still run after that time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void compute(CallKey key, Invocation invocation, CompletableFuture<Answer> flight) {
        try {
            Answer answer = Answer.of(permitted(invocation));
            shelf.put(key, answer);
            land(key, flight, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!stopped) {
                onFault.accept(internal(e));
            }
        } catch (SqlException e) {
            onFault.accept(e);
        } catch (StatementStopped e) {
            // The reason is kept where the stop came from.
        } catch (RuntimeException | Error e) {
            onFault.accept(internal(e));
        } finally {
            crash(key, flight);
        }
    }

    private CascadeResult permitted(Invocation invocation) throws InterruptedException {
        permits.acquire();
        try {
            if (stopped) {
                throw new StatementStopped();
            }
            CascadeResult result = runner.run(invocation);
            ledger.sessionEnded(result);
            return result;
        } finally {
            permits.release();
        }
    }

    private void land(CallKey key, CompletableFuture<Answer> flight, Answer answer) {
        inFlight.remove(key, flight);
        flight.complete(answer);
    }

    /** Does nothing to a flight that has landed. */
    private void crash(CallKey key, CompletableFuture<Answer> flight) {
        inFlight.remove(key, flight);
        flight.completeExceptionally(new StatementStopped());
    }

    private static SqlException internal(Throwable cause) {
        return new SqlException(SqlState.INTERNAL_ERROR, "a cascade broke down", cause);
    }

    /**
     * An answer on its way.
     *
     * @param own whether this caller started it, and so pays for it
     */
    record Flight(CompletableFuture<Answer> answer, boolean own) {}
}
