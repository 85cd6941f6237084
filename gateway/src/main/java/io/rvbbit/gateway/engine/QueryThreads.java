package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Platform threads on which virtual threads have their SQL run.
 *
 * <p>A virtual thread inside native code would hold its carrier, and a few of them every other one
 * too. The queue is bounded: beyond it a query is refused with 53000. Threading: any thread.
 */
final class QueryThreads implements AutoCloseable {
    private static final int QUEUED_PER_THREAD = 256;

    /** How long an interrupt may get lost: it does nothing to a query that is about to start. */
    private static final long INTERRUPT_AGAIN_MILLIS = 20;

    private final ThreadPoolExecutor executor;

    QueryThreads(int threads) {
        executor =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        30,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(threads * QUEUED_PER_THREAD),
                        Thread.ofPlatform().name("sql-cell-", 0).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the query and waits for it; its connection is quiet again when this returns.
     *
     * @param interrupt ends the query from this thread
     * @throws SqlException 57014 after {@code timeout}, waiting for a thread included
     */
    <T> T run(Supplier<T> query, Runnable interrupt, Duration timeout) throws InterruptedException {
        Future<T> future;
        try {
            future = executor.submit(query::get);
        } catch (RejectedExecutionException fault) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_RESOURCES, "too many SQL cells are waiting", fault);
        }
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException fault) {
            end(future, interrupt);
            throw new SqlException(
                    SqlState.QUERY_CANCELED,
                    "the SQL cell took longer than " + timeout.toMillis() + " ms",
                    fault);
        } catch (InterruptedException fault) {
            end(future, interrupt);
            throw fault;
        } catch (ExecutionException fault) {
            throw unwrapped(fault);
        }
    }

    private static void end(Future<?> future, Runnable interrupt) {
        boolean interrupted = false;
        boolean removed = future.cancel(false);
        while (!removed && !future.isDone()) {
            interrupt.run();
            try {
                future.get(INTERRUPT_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException | CancellationException _) {
                // Either it goes on, and is interrupted again, or it ended as it was told to.
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException unwrapped(ExecutionException fault) {
        return switch (fault.getCause()) {
            case SqlException error -> error;
            case RuntimeException error -> error;
            case null, default ->
                    new SqlException(SqlState.INTERNAL_ERROR, "the SQL cell failed", fault);
        };
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
