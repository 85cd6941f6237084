package io.rvbbit.tracking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was written to the disk itself, all that has come in a few milliseconds at once.
 *
 * <p>It also keeps the pages ready that are written next. While nothing comes it sleeps, and the
 * first event wakes it. Threading: owns the thread {@code event-log-sync}; the rest is any thread.
 */
final class LogSync {
    private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);

    /** Between two rounds: with the time that the disk takes, less than 5 ms. */
    private static final long PAUSE = Duration.ofMillis(3).toNanos();

    private static final long QUIET = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AHEAD = 1 << 20;

    private final SegmentWriter log;
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean hurried;
    private volatile boolean stopped;

    LogSync(SegmentWriter log) {
        this.log = log;
        this.thread = Thread.ofPlatform().name("event-log-sync").daemon().unstarted(this::run);
    }

    /**
     * What is written and not on the disk.
     *
     * @param ended segments that nobody writes any more
     * @param used the end of what is written in {@code active}
     * @param written bytes of records by now
     */
    record Unsynced(List<LogSegment> ended, LogSegment active, int used, long written) {
        public Unsynced {
            ended = List.copyOf(ended);
        }
    }

    void start() {
        thread.start();
    }

    /** Something was written. */
    void notice() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** Somebody waits for the disk. */
    void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    /** Does the last round and waits for the thread's end. */
    void stop() {
        stopped = true;
        if (!thread.isAlive()) {
            return;
        }
        hurry();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long last = System.nanoTime();
        List<LogSegment> failed = new ArrayList<>();
        while (true) {
            boolean end = stopped;
            hurried = false;
            if (round(failed)) {
                last = System.nanoTime();
            }
            if (end) {
                return;
            }
            if (hurried) {
                continue;
            }
            if (System.nanoTime() - last < QUIET) {
                LockSupport.parkNanos(this, PAUSE);
            } else {
                asleep = true;
                if (!log.isUnsynced()) {
                    LockSupport.parkNanos(this, QUIET);
                }
                asleep = false;
            }
        }
    }

    /** {@code failed}: ended segments that the disk has not taken yet. */
    private boolean round(List<LogSegment> failed) {
        Unsynced unsynced = log.unsynced();
        failed.addAll(unsynced.ended());
        LogSegment active = unsynced.active();
        boolean any = !failed.isEmpty() || active.synced() < unsynced.used();
        if (any) {
            try {
                while (!failed.isEmpty()) {
                    failed.getFirst().sync(failed.getFirst().used());
                    failed.removeFirst().unmap();
                }
                active.sync(unsynced.used());
                log.synced(unsynced.written(), "");
            } catch (RuntimeException | InternalError e) {
                LOG.error("the event log cannot be brought to the disk", e);
                log.synced(0, "the disk does not take the event log: " + e.getMessage());
            }
        }
        if (!stopped) {
            // Nobody writes any more at the end, and the log unmaps what a slow disk keeps us from.
            active.touch(unsynced.used(), unsynced.used() + AHEAD);
        }
        return any;
    }
}
