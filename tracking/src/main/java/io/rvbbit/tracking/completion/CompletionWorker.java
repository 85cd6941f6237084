package io.rvbbit.tracking.completion;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts calls together in the background, and the days of the backfill one after another.
 *
 * <p>All it knows is in the store, each step is a transaction there: a worker that is killed
 * halfway has done nothing, and the next one goes on where the last step ended. It rests much
 * longer than it works, unless it is behind. A step that fails is repeated, for ever.
 *
 * <p>Threading: owns the thread {@code call-completion}; the rest is any thread.
 */
public final class CompletionWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionWorker.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A step of 10 ms is followed by a rest of 190: a twentieth of one core. */
    private static final long REST_FACTOR = 19;

    private final CallStore store;
    private final CompletionPolicy policy;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition asked = lock.newCondition();
    private final Thread thread;
    private volatile Reading reading = Reading.NONE;
    private long failures;
    private long nextStep = System.nanoTime();
    private long nextSlice = System.nanoTime();
    private boolean backfilling = true;
    private boolean closed;

    public CompletionWorker(CallStore store, CompletionPolicy policy, InstantSource clock) {
        this.store = store;
        this.policy = policy;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("call-completion").daemon().unstarted(this::run);
    }

    /**
     * What the worker has done since its start.
     *
     * @param parts starts and ends of calls that it has seen
     * @param matched calls that it has put together
     * @param failures steps that have failed
     * @param lastStep how long the last step took
     */
    public record Reading(long parts, long matched, long failures, Duration lastStep) {
        static final Reading NONE = new Reading(0, 0, 0, Duration.ZERO);

        private Reading stepped(CallStore.Step step, Duration took) {
            return new Reading(parts + step.parts(), matched + step.matched(), failures, took);
        }

        private Reading failed() {
            return new Reading(parts, matched, failures + 1, lastStep);
        }
    }

    public Reading reading() {
        return reading;
    }

    public CompletionPolicy policy() {
        return policy;
    }

    public void start() {
        thread.start();
    }

    /**
     * Puts together all that is stored now.
     *
     * @return false if that is switched off or did not succeed within {@code patience}
     */
    public boolean catchUp(Duration patience) {
        if (!policy.completes()) {
            return false;
        }
        long until = System.nanoTime() + patience.toNanos();
        try {
            if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            while (!closed && System.nanoTime() - until < 0) {
                if (!step()) {
                    return failures == 0;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks for a range of days to be put together, newest first, and returns at once.
     *
     * @return how many days are to be done
     */
    public long request(LocalDate first, LocalDate last) throws SQLException {
        lock.lock();
        try {
            long days = store.request(first, last, clock.instant());
            backfilling = true;
            asked.signal();
            return days;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        store.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                long now = System.nanoTime();
                if (policy.completes() && now - nextStep >= 0) {
                    poll();
                }
                if (backfilling && now - nextSlice >= 0) {
                    slice();
                }
                // Waiting gives the lock to whoever reads.
                asked.awaitNanos(
                        backfilling
                                ? Math.clamp(nextSlice - System.nanoTime(), 1, POLL_NANOS)
                                : POLL_NANOS);
            }
        } catch (InterruptedException e) {
            LOG.error("the completion of calls was interrupted");
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void poll() {
        long began = System.nanoTime();
        try {
            if (store.depth() < policy.batchSize() && began - nextStep < batchTimeout()) {
                return;
            }
        } catch (SQLException | RuntimeException e) {
            failed(e);
            nextStep = System.nanoTime() + batchTimeout();
            return;
        }
        while (!closed && step()) {
            // Behind: the next step at once, but the lock is fair: a reader comes between.
            lock.unlock();
            lock.lock();
        }
        long took = System.nanoTime() - began;
        nextStep = began + took + Math.min(took * REST_FACTOR, batchTimeout());
    }

    private long batchTimeout() {
        return policy.batchTimeout().toNanos();
    }

    /** Whether there is more to do. */
    private boolean step() {
        try {
            long began = System.nanoTime();
            CallStore.Step step = store.complete(clock.instant(), policy.timeout(), failures);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            reading = reading.stepped(step, took);
            failures = 0;
            return step.more();
        } catch (SQLException | RuntimeException e) {
            failed(e);
            return false;
        }
    }

    private void failed(Exception e) {
        failures++;
        reading = reading.failed();
        LOG.warn("calls cannot be put together, {} times now: {}", failures, e.toString());
    }

    private void slice() {
        Optional<LocalDate> day = Optional.empty();
        try {
            day = store.nextDay();
            if (day.isEmpty()) {
                backfilling = false;
                return;
            }
            CallStore.Slice slice = store.backfill(day.get(), clock.instant(), policy.timeout());
            nextSlice =
                    System.nanoTime()
                            + TimeUnit.SECONDS.toNanos(slice.calls()) / policy.backfillRate();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("the backfill does not get on: {}", e.toString());
            nextSlice = System.nanoTime() + batchTimeout();
            day.ifPresent(this::failedDay);
        }
    }

    private void failedDay(LocalDate day) {
        try {
            store.failed(day, clock.instant());
        } catch (SQLException | RuntimeException e) {
            LOG.warn("nor can that be noted: {}", e.toString());
        }
    }
}
