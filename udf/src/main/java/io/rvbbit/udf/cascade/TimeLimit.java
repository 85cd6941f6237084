package io.rvbbit.udf.cascade;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives work a time to be done in.
 *
 * <p>Limited work runs on a virtual thread of its own, so that an interrupt of the waiting thread
 * (a cancelled statement) and the end of the time cannot be taken for each other. Either interrupts
 * the work and waits until it has noticed, at most {@link #GRACE}: what it has to book is booked
 * then. Threading: any thread.
 */
final class TimeLimit {
    static final Duration GRACE = Duration.ofSeconds(10);

    private TimeLimit() {}

    /** Work that may be interrupted. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    /**
     * Does the work, on this thread if there is no limit.
     *
     * @param onLate is told {@code late} before the work is interrupted for it
     * @throws RowFailure of class timeout, saying {@code late}
     */
    static <T> T within(
            @Nullable Duration limit, String late, Consumer<String> onLate, Work<T> work)
            throws InterruptedException {
        if (limit == null) {
            return work.run();
        }
        if (limit.isNegative() || limit.isZero()) {
            throw RowFailure.timeout(late);
        }
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread worker = Thread.ofVirtual().name("cell").unstarted(task);
        worker.start();
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            onLate.accept(late);
            end(List.of(worker));
            throw RowFailure.timeout(late);
        } catch (InterruptedException e) {
            end(List.of(worker));
            throw e;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    /** Interrupts them and waits until they have ended, at most {@link #GRACE}. */
    static void end(List<Thread> workers) throws InterruptedException {
        workers.forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        long until = System.nanoTime() + GRACE.toNanos();
        for (Thread worker : workers) {
            while (worker.isAlive() && System.nanoTime() < until) {
                try {
                    worker.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    /** What work has failed with, as it was. */
    static RuntimeException rethrown(@Nullable Throwable cause) throws InterruptedException {
        return switch (cause) {
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException known -> known;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
