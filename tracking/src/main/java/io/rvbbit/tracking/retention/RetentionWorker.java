package io.rvbbit.tracking.retention;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has been kept long enough: soon after the start, then once in the policy's interval,
 * and when somebody asks for it.
 *
 * <p>A table is gone through from its oldest row on, a day (UTC) at a time, a very full day by the
 * hour; each such slice is exported and removed before the next. So a run that is killed has done
 * some slices wholly, and the next one goes on. A run that fails is tried again after ten minutes.
 *
 * <p>Threading: owns the thread {@code retention}; the rest is any thread.
 */
public final class RetentionWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionWorker.class);
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMinutes(10);
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final long MOST_ROWS = 1_000_000;

    private final RetentionStore store;
    private final RetentionPolicy policy;
    private final InstantSource clock;
    private final Duration first;
    private final long mostRows;

    /** Held while rows are removed. */
    private final ReentrantLock running = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<RetainedTable, Outcome> outcomes = new EnumMap<>(RetainedTable.class);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * What has become of a table since the start.
     *
     * @param lastRun when it was gone through last; null if never
     * @param lastError what went wrong then, empty if nothing
     */
    public record Outcome(
            RetainedTable table,
            int days,
            long removed,
            @Nullable Instant lastRun,
            String lastError) {}

    public RetentionWorker(RetentionStore store, RetentionPolicy policy, InstantSource clock) {
        this(store, policy, clock, FIRST, MOST_ROWS);
    }

    /**
     * @param first how long after its start it runs for the first time
     * @param mostRows of a day with more each hour is a slice
     */
    public RetentionWorker(
            RetentionStore store,
            RetentionPolicy policy,
            InstantSource clock,
            Duration first,
            long mostRows) {
        this.first = first;
        this.mostRows = mostRows;
        this.store = store;
        this.policy = policy;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("retention").daemon().unstarted(this::work);
    }

    public RetentionPolicy policy() {
        return policy;
    }

    public void start() {
        if (policy.scheduled()) {
            thread.start();
        }
    }

    private void work() {
        Duration rest = first;
        while (await(rest)) {
            try {
                long _ = run();
                rest = policy.interval();
            } catch (SQLException | IOException | RuntimeException e) {
                if (!closed) {
                    LOG.warn("old rows of the books are not removed, which is tried again", e);
                }
                rest = AGAIN;
            }
        }
    }

    /** Whether there is still work when the time is over. */
    private boolean await(Duration rest) {
        lock.lock();
        try {
            long nanos = rest.toNanos();
            while (!closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes what the policy says.
     *
     * @return how many rows
     */
    public long run() throws SQLException, IOException {
        running.lock();
        try {
            prepare();
            long removed = 0;
            SQLException failure = null;
            for (RetainedTable table : RetainedTable.values()) {
                if (policy.days(table) > 0) {
                    try {
                        removed += run(table, policy.days(table));
                    } catch (SQLException e) {
                        // The others go on; the first one is told.
                        failure = failure == null ? e : failure;
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
            return removed;
        } finally {
            running.unlock();
        }
    }

    private void prepare() throws SQLException {
        try {
            store.prepare(policy);
        } catch (SQLException | RuntimeException e) {
            for (RetainedTable table : RetainedTable.values()) {
                note(table, 0, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /**
     * Removes the rows of a table that are older than some days, whatever the policy says.
     *
     * @param days at least 1
     * @return how many rows
     */
    public long run(RetainedTable table, int days) throws SQLException, IOException {
        if (days < 1) {
            throw new IllegalArgumentException("days: " + days);
        }
        running.lock();
        try {
            long removed = remove(table, days);
            note(table, 0, "");
            if (removed > 0) {
                LOG.info(
                        "{} rows of {} older than {} days removed",
                        removed,
                        table.tableName(),
                        days);
            }
            return removed;
        } catch (SQLException | IOException | RuntimeException e) {
            note(table, 0, String.valueOf(e.getMessage()));
            throw e;
        } finally {
            running.unlock();
        }
    }

    private long remove(RetainedTable table, int days) throws SQLException, IOException {
        Instant before = clock.instant().minus(days, ChronoUnit.DAYS);
        long removed = 0;
        if (closed) {
            return removed;
        }
        Optional<Instant> oldest = store.oldest(table, before);
        while (oldest.isPresent() && !closed) {
            Instant from = oldest.get();
            boolean hourly = store.count(table, from, end(from, false, before)) > mostRows;
            ExportFile file =
                    policy.export().isEmpty()
                            ? null
                            : ExportFile.in(policy.export().get(), table, from, hourly);
            long slice = store.remove(table, from, end(from, hourly, before), file);
            note(table, slice, "");
            removed += slice;
            oldest = store.oldest(table, before);
        }
        return removed;
    }

    private static Instant end(Instant from, boolean hourly, Instant before) {
        ChronoUnit unit = hourly ? ChronoUnit.HOURS : ChronoUnit.DAYS;
        Instant end = from.truncatedTo(unit).plus(1, unit);
        return end.isBefore(before) ? end : before;
    }

    private void note(RetainedTable table, long removed, String error) {
        lock.lock();
        try {
            outcomes.merge(
                    table,
                    new Outcome(table, policy.days(table), removed, clock.instant(), error),
                    (before, now) ->
                            new Outcome(
                                    table,
                                    now.days(),
                                    before.removed() + now.removed(),
                                    now.lastRun(),
                                    now.lastError()));
        } finally {
            lock.unlock();
        }
    }

    /** Of every table. */
    public List<Outcome> outcomes() {
        lock.lock();
        try {
            List<Outcome> all = new ArrayList<>();
            for (RetainedTable table : RetainedTable.values()) {
                all.add(
                        outcomes.getOrDefault(
                                table, new Outcome(table, policy.days(table), 0, null, "")));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Ends what is being removed; the next process finds it again. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        boolean free = false;
        while (!free) {
            // Again and again: between two statements there is nothing to cancel.
            store.cancel();
            try {
                free =
                        (thread.getState() == Thread.State.NEW || thread.join(GLANCE))
                                && running.tryLock(GLANCE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            store.close();
        } finally {
            running.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
