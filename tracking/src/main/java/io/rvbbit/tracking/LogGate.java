package io.rvbbit.tracking;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where whatever is new waits while the event log cannot promise room for its end.
 *
 * <p>Threading: any thread.
 */
final class LogGate {
    private static final Logger LOG = LoggerFactory.getLogger(LogGate.class);

    private final Duration maxStall;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Shut shut;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Shut for a reason, which may change, until it is opened again. */
    private record Shut(String reason, CompletableFuture<Void> opened) {}

    /** {@code maxStall}: the longest that anything waits. */
    LogGate(Duration maxStall) {
        this.maxStall = maxStall;
    }

    boolean isOpen() {
        return shut == null;
    }

    /** Why it is shut; empty while it is open. */
    String reason() {
        Shut now = shut;
        return now == null ? "" : now.reason();
    }

    /** How many wait. */
    int waiting() {
        return waiting.get();
    }

    /** {@code why} is told to whoever waits in vain; empty opens the gate. */
    void set(String why) {
        lock.lock();
        try {
            Shut was = shut;
            if (why.isEmpty()) {
                shut = null;
                if (was != null) {
                    LOG.info("the event log has room again");
                    was.opened().complete(null);
                }
            } else if (was == null) {
                LOG.warn("nothing new begins for now: {}", why);
                shut = new Shut(why, new CompletableFuture<>());
            } else {
                shut = new Shut(why, was.opened());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns once the gate is open.
     *
     * @param heard runs once this counts as waiting
     * @param stopped ends the wait when it completes, in whatever way
     * @return false if it was stopped
     * @throws BooksFull if the gate was shut all the time
     */
    boolean await(Runnable heard, CompletableFuture<?> stopped) throws InterruptedException {
        int _ = waiting.incrementAndGet();
        try {
            heard.run();
            return awaitOpen(stopped);
        } finally {
            int _ = waiting.decrementAndGet();
        }
    }

    private boolean awaitOpen(CompletableFuture<?> stopped) throws InterruptedException {
        long until = System.nanoTime() + maxStall.toNanos();
        for (Shut now = shut; now != null; now = shut) {
            if (stopped.isDone()) {
                return false;
            }
            try {
                Object _ =
                        CompletableFuture.anyOf(now.opened(), stopped)
                                .get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new BooksFull(now.reason());
            } catch (ExecutionException e) {
                return false;
            }
        }
        return true;
    }
}
