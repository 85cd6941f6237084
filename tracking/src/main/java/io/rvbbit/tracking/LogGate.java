package io.rvbbit.tracking;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
    private final Condition opened = lock.newCondition();
    private volatile String reason = "";
    private final AtomicInteger waiting = new AtomicInteger();

    /** {@code maxStall}: the longest that anything waits. */
    LogGate(Duration maxStall) {
        this.maxStall = maxStall;
    }

    boolean isOpen() {
        return reason.isEmpty();
    }

    /** Why it is shut; empty while it is open. */
    String reason() {
        return reason;
    }

    boolean isAwaited() {
        return waiting.get() > 0;
    }

    /** {@code why} is told to whoever waits in vain; empty opens the gate. */
    void set(String why) {
        lock.lock();
        try {
            boolean was = isOpen();
            reason = why;
            if (was && !why.isEmpty()) {
                LOG.warn("no new model calls for now: {}", why);
            } else if (!was && why.isEmpty()) {
                LOG.info("the event log has room again");
                opened.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns once the gate is open.
     *
     * @param heard runs once this counts as waiting
     * @throws BooksFull if it was shut all the time
     */
    void await(Runnable heard) throws InterruptedException {
        int _ = waiting.incrementAndGet();
        try {
            heard.run();
            awaitOpen();
        } finally {
            int _ = waiting.decrementAndGet();
        }
    }

    private void awaitOpen() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = maxStall.toNanos();
            while (!isOpen()) {
                if (left <= 0) {
                    throw new BooksFull(reason);
                }
                left = opened.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
