package io.rvbbit.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes segments before they are needed and deletes those that are not needed any more.
 *
 * <p>While no segment can be made, the log is told so, and it is tried again and again. Threading:
 * owns the thread {@code event-log-files}; the rest is any thread.
 */
final class SegmentSupply {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SegmentWriter log;

    private final SegmentDirectory directory;
    private final Thread thread;

    SegmentSupply(SegmentWriter log, SegmentDirectory directory) {
        this.log = log;
        this.directory = directory;
        this.thread = Thread.ofPlatform().name("event-log-files").daemon().unstarted(this::run);
    }

    /**
     * What there is to do.
     *
     * @param size of the segment to be made; 0 if there is one
     */
    record Work(int size, List<Path> stored) {
        public Work {
            stored = List.copyOf(stored);
        }
    }

    void start() {
        thread.start();
    }

    /** Waits for the thread, which ends when the log is closed. */
    void join() {
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (Work work = log.awaitWork(); work != null; work = log.awaitWork()) {
                work.stored().forEach(SegmentSupply::delete);
                if (work.size() > 0) {
                    supply(work.size());
                }
            }
        } catch (InterruptedException e) {
            LOG.error("the thread that makes the event log's files was interrupted");
            Thread.currentThread().interrupt();
        }
    }

    private void supply(int size) {
        try {
            log.supplied(directory.make(size)).ifPresent(unneeded -> unneeded.close(0));
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            log.withoutSegment("no room for the event log: " + e.getMessage());
        }
    }

    static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("a stored segment of the event log cannot be deleted: {}", e.toString());
        }
    }
}
