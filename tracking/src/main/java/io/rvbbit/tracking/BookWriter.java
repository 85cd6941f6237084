package io.rvbbit.tracking;

import io.rvbbit.tracking.EventQueue.Taken;
import io.rvbbit.tracking.EventStore.Batch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from the queue into the store, batch by batch, in order.
 *
 * <p>A batch that the store refuses is repeated, identically and for ever, with growing pauses; the
 * store knows a batch it already has, so nothing is lost or doubled. Meanwhile the queue fills up
 * and recording waits. Threading: owns the thread {@code books-writer}; the rest is any thread.
 */
final class BookWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BookWriter.class);

    private final EventQueue queue;
    private final Bookkeeper bookkeeper;
    private final EventStore store;
    private final Pace pace;
    private final Opening opening;
    private final AtomicLong failures = new AtomicLong();
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final Thread thread;

    /** What {@link Opening} told. */
    private volatile long base;

    /** What has to be done before the first batch; repeated until it succeeds. */
    interface Opening {
        /** The position in the store at which the queue's positions begin. */
        long open() throws SQLException;
    }

    /**
     * @param maxEvents of one batch
     * @param maxDelay how long an event waits for others while nobody reads
     * @param firstPause after a failure; doubled each time, up to {@code maxPause}
     * @param drain how long closing waits for the store
     */
    record Pace(
            int maxEvents,
            Duration maxDelay,
            Duration firstPause,
            Duration maxPause,
            Duration drain) {
        static final Pace DEFAULT =
                new Pace(
                        10_000,
                        Duration.ofMillis(200),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10));
    }

    BookWriter(
            Opening opening, EventQueue queue, Bookkeeper bookkeeper, EventStore store, Pace pace) {
        this.opening = opening;
        this.queue = queue;
        this.bookkeeper = bookkeeper;
        this.store = store;
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("books-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Events stored, over all processes. */
    long stored() {
        return base + queue.stored();
    }

    /** How often the store has refused a batch. */
    long failures() {
        return failures.get();
    }

    /** Stores what is queued, within {@link Pace#drain}, and ends the thread. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = !joined(pace.drain());
        if (thread.isAlive()) {
            LOG.error("{} events were not stored before the books had to close", queue.depth());
            givenUp.countDown();
            interrupted |= !joined(pace.drain());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean joined(Duration bound) {
        try {
            thread.join(bound);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void run() {
        try {
            if (!done(() -> base = opening.open())) {
                return;
            }
            while (true) {
                Taken taken = queue.take(pace.maxEvents(), pace.maxDelay());
                if (taken.events().isEmpty()) {
                    return;
                }
                Batch batch = bookkeeper.book(taken.events(), base + taken.position());
                if (!done(() -> store.append(batch))) {
                    return;
                }
                queue.advance(taken.position());
            }
        } catch (InterruptedException e) {
            LOG.error("the writer of the books was interrupted; {} events lost", queue.depth());
            Thread.currentThread().interrupt();
        }
    }

    private interface Step {
        void take() throws SQLException;
    }

    /** False only if the books had to close before the store did it. */
    private boolean done(Step step) throws InterruptedException {
        Duration pause = pace.firstPause();
        while (true) {
            try {
                step.take();
                return true;
            } catch (SQLException | RuntimeException | OutOfMemoryError e) {
                failures.incrementAndGet();
                LOG.warn(
                        "the books cannot be written, next try in {} ms: {}",
                        pause.toMillis(),
                        e.toString());
            }
            if (givenUp.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(pace.maxPause()) < 0 ? doubled : pace.maxPause();
        }
    }
}
