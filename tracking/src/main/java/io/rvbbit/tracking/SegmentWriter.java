package io.rvbbit.tracking;

import io.rvbbit.tracking.LogRecord.Definition;
import io.rvbbit.tracking.SegmentDirectory.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into the newest segment, and from one segment into the next.
 *
 * <p>The next one is made beforehand, by {@link SegmentSupply}, and {@link LogSync} follows what is
 * written to the disk; both are told here what there is to do, and tell here what goes wrong.
 * Threading: methods that write are called under the log's lock, the others take it.
 */
final class SegmentWriter implements AutoCloseable {
    private static final Duration NEXT_TRY = Duration.ofMillis(250);

    /**
     * The end of every segment is kept for marks of batches, a hundred or so: without them nothing
     * would ever be stored, and no segment deleted, on a disk that the log itself has filled.
     */
    private static final int KEPT_FOR_MARKS = 2 * LogSegment.PAGE;

    private final ReentrantLock lock;
    private final Condition segmentThere;
    private final Condition segmentWanted;
    private final Condition onDisk;
    private final SegmentDirectory directory;
    private final int segmentSize;
    private final Runnable trouble;
    private final SegmentSupply supply;
    private final LogSync sync;
    private final List<LogSegment> ended = new ArrayList<>();
    private final Set<Integer> defined = new HashSet<>();
    private LogSegment active;
    private @Nullable LogSegment spare;
    private int wanted;
    private long written;
    private long synced;
    private long stored;
    private String withoutSegment = "";
    private String withoutSync = "";
    private boolean closed;

    /** {@code trouble} runs, under the lock, when {@link #refusing} changes. */
    SegmentWriter(ReentrantLock lock, SegmentDirectory directory, int segmentSize, Runnable trouble)
            throws IOException {
        this.lock = lock;
        this.segmentThere = lock.newCondition();
        this.segmentWanted = lock.newCondition();
        this.onDisk = lock.newCondition();
        this.directory = directory;
        this.segmentSize = segmentSize;
        this.trouble = trouble;
        this.supply = new SegmentSupply(this, directory);
        this.sync = new LogSync(this);
        this.active = directory.make(segmentSize);
    }

    /** Under the lock: begins the first segment of this process. */
    void start(SegmentHeader header) {
        directory.takeStored(stored).forEach(SegmentSupply::delete);
        written = directory.bytes();
        begin(active, header);
        supply.start();
        sync.start();
    }

    private void begin(LogSegment segment, SegmentHeader header) {
        segment.begin(header);
        directory.begun(segment, header.first());
        defined.clear();
    }

    /**
     * Under the lock: waits until an event can be written, also when interrupted.
     *
     * @param header of a segment that would be begun for it
     * @return the definition that has to be written before the record, if there is one
     */
    @Nullable LogRecord makeRoom(LogRecord event, Supplier<SegmentHeader> header) {
        return makeRoom(event, KEPT_FOR_MARKS, header);
    }

    /** Under the lock: the same for the mark of a batch, which finds room where no event does. */
    void makeRoomForMark(LogRecord mark, Supplier<SegmentHeader> header) {
        LogRecord _ = makeRoom(mark, 0, header);
    }

    private @Nullable LogRecord makeRoom(
            LogRecord record, int kept, Supplier<SegmentHeader> header) {
        LogRecord text = null;
        while (true) {
            if (closed) {
                throw new IllegalStateException("the books are closed");
            }
            int size = Math.addExact(record.size(), kept);
            Definition definition = record.definition();
            if (definition == null || defined.contains(definition.number())) {
                text = null;
            } else {
                text = text == null ? EventCodec.definition(definition) : text;
                size = Math.addExact(size, text.size());
            }
            if (active.hasRoom(size)) {
                if (definition != null) {
                    defined.add(definition.number());
                }
                return text;
            }
            LogSegment next = spare;
            if (next != null && next.hasRoom(size)) {
                ended.add(active);
                directory.ended(active.number(), active.used());
                active = next;
                spare = null;
                begin(next, header.get());
                segmentWanted.signal();
            } else {
                wanted = Math.max(wanted, Math.addExact(size, SegmentHeader.SIZE));
                segmentWanted.signal();
                segmentThere.awaitUninterruptibly();
            }
        }
    }

    /** Under the lock: writes what {@link #makeRoom} has made room for. */
    void write(LogRecord record, long position, long stamp) {
        active.append(record, position, stamp);
        written += record.size();
    }

    /** Under the lock: bytes written, with those of the segments that were there at the start. */
    long written() {
        return written;
    }

    /** Something was written, and the lock given back. */
    void notice() {
        sync.notice();
    }

    /** Under the lock: waits until all that is written is on the disk itself. */
    void awaitSynced() throws InterruptedException {
        long until = written;
        sync.hurry();
        while (!closed && synced < until) {
            onDisk.await();
        }
    }

    /** Under the lock: everything up to {@code position} is stored. */
    void stored(long position) {
        stored = position;
        segmentWanted.signal();
    }

    /** Under the lock: why nothing can be written for long; empty if it can. */
    String refusing() {
        return withoutSegment.isEmpty() ? withoutSync : withoutSegment;
    }

    /** Under the lock: for how many bytes of events nobody waits; 0 while there is trouble. */
    int room() {
        if (!refusing().isEmpty()) {
            return 0;
        }
        LogSegment next = spare;
        int room = Math.max(active.left(), next == null ? 0 : next.left());
        return Math.max(0, room - KEPT_FOR_MARKS);
    }

    /** Where a segment's records end by now. */
    int extent(long number, int otherwise) {
        lock.lock();
        try {
            return number == active.number()
                    ? active.used()
                    : directory.segment(number).map(Segment::used).orElse(otherwise);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the supply has something to do; null at the end. */
    SegmentSupply.@Nullable Work awaitWork() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean again = false;
            while (!closed) {
                LogSegment next = spare;
                boolean missing = next == null || next.size() < wanted;
                boolean tried = !withoutSegment.isEmpty() && !again;
                List<Path> unneeded = directory.takeStored(stored);
                if (!unneeded.isEmpty() || (missing && !tried)) {
                    int size = missing ? Math.max(segmentSize, wanted) : 0;
                    return new SegmentSupply.Work(size, unneeded);
                }
                if (missing) {
                    again = segmentWanted.awaitNanos(NEXT_TRY.toNanos()) <= 0;
                } else {
                    segmentWanted.await();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a new segment; gives back one that is not needed. */
    Optional<LogSegment> supplied(LogSegment segment) {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(segment);
            }
            LogSegment tooSmall = spare;
            spare = segment;
            wanted = 0;
            change("", withoutSync);
            segmentThere.signalAll();
            return Optional.ofNullable(tooSmall);
        } finally {
            lock.unlock();
        }
    }

    /** No segment can be made. */
    void withoutSegment(String why) {
        lock.lock();
        try {
            change(why, withoutSync);
        } finally {
            lock.unlock();
        }
    }

    boolean isUnsynced() {
        lock.lock();
        try {
            return !ended.isEmpty() || active.synced() < active.used();
        } finally {
            lock.unlock();
        }
    }

    LogSync.Unsynced unsynced() {
        lock.lock();
        try {
            if (active.used() - active.synced() >= LogSegment.PAGE) {
                written += active.turnPage();
            }
            var unsynced = new LogSync.Unsynced(ended, active, active.used(), written);
            ended.clear();
            return unsynced;
        } finally {
            lock.unlock();
        }
    }

    /** So many of the bytes written are on the disk; or {@code why} they are not. */
    void synced(long bytes, String why) {
        lock.lock();
        try {
            synced = Math.max(synced, bytes);
            change(withoutSegment, why);
            onDisk.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void change(String segment, String disk) {
        if (!withoutSegment.equals(segment) || !withoutSync.equals(disk)) {
            withoutSegment = segment;
            withoutSync = disk;
            trouble.run();
        }
    }

    /** Brings all to the disk, for the next process; gives back what was made beforehand. */
    @Override
    public void close() {
        LogSegment unused;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            unused = spare;
            spare = null;
            segmentWanted.signalAll();
            segmentThere.signalAll();
            onDisk.signalAll();
        } finally {
            lock.unlock();
        }
        supply.join();
        sync.stop();
        active.close(active.used());
        if (unused != null) {
            unused.close(0);
        }
    }
}
