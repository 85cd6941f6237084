package io.rvbbit.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on their way to the store, kept on disk from the moment they are recorded.
 *
 * <p>Append-only segments, written through memory: what {@link #append} has returned from outlives
 * the process, and a few milliseconds later the machine. Each event gets a position; the log knows
 * up to which one everything is stored, deletes what lies behind it, and lets readers wait for what
 * they must see. The form on disk is described in {@code docs/event-log.md}.
 *
 * <p>What ends is always taken: it waits only when there is not a byte left. What begins asks
 * {@link #awaitRoom} first, and is held up while more than {@link Bounds#bytes} wait for the store,
 * or no further segment can be made, or the disk does not take what was written. So what is in
 * flight can always end, in the segment that is then still there.
 *
 * <p>Threading: any thread appends and waits, interrupted or not; one thread reads.
 */
final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int SPINS = 300;
    private static final double MEGABYTE = 1e6;

    private final Bounds bounds;
    private final UUID id;
    private final SegmentDirectory directory;
    private final LogDefinitions definitions = new LogDefinitions();
    private final LogGate gate;
    private final SegmentWriter segments;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final Condition advanced = lock.newCondition();
    private final PendingSince pendingSince = new PendingSince();
    private long recorded;
    private long stamp;
    private long batchFrom;
    private long batchThrough;
    private long taken;
    private long stored;
    private long storedBytes;
    private int enough = Integer.MAX_VALUE;
    private int readers;
    private boolean sealed;

    /**
     * @param bytes of events that may wait for the store before nothing new may begin
     * @param segment bytes of a segment; one for a longer event is made as long as need be
     * @param maxStall how long what is new waits then
     */
    record Bounds(long bytes, int segment, Duration maxStall) {
        private static final int LARGEST_SEGMENT = 16 << 20;
        private static final int SEGMENTS = 8;

        static Bounds of(long bytes, Duration maxStall) {
            return new Bounds(bytes, (int) Math.min(LARGEST_SEGMENT, bytes / SEGMENTS), maxStall);
        }
    }

    private EventLog(Bounds bounds, SegmentDirectory directory, SegmentDirectory.End end)
            throws IOException {
        this.bounds = bounds;
        this.id = end.log();
        this.directory = directory;
        this.recorded = end.position();
        this.stamp = end.stamp();
        this.batchFrom = end.batchFrom();
        this.batchThrough = end.batchThrough();
        this.gate = new LogGate(bounds.maxStall());
        this.segments = new SegmentWriter(lock, directory, bounds.segment(), this::judge);
    }

    /**
     * Opens the log, or makes one.
     *
     * @throws IOException if there is no room for a segment, too
     * @throws BooksUnavailable if a newer program wrote it
     */
    static EventLog open(Path path, Bounds bounds) throws IOException {
        SegmentDirectory directory = SegmentDirectory.open(path);
        return new EventLog(bounds, directory, directory.end());
    }

    /** The log's own name: with a position, it names an event among those of all logs. */
    UUID id() {
        return id;
    }

    /** The position before the oldest event that is still there. */
    long oldest() {
        return directory.from(0).map(segment -> segment.first() - 1).orElse(0L);
    }

    /**
     * Begins after the events that the store has; asked once, before anything else.
     *
     * @return for one thread: what reads the events from there on
     */
    LogReader start(long position) {
        lock.lock();
        try {
            // The log may have been taken away; the store has its events.
            recorded = Math.max(recorded, position);
            taken = position;
            stored = position;
            if (recorded > stored) {
                pendingSince.recorded(stored + 1, stamp, true);
            }
            segments.stored(position);
            segments.start(header());
            storedBytes = recorded == stored ? segments.written() : 0;
        } finally {
            lock.unlock();
        }
        return new LogReader(segments, directory, new MessageIds(id), position);
    }

    /** The store has so much, which was not known at the start. */
    void skip(long position) {
        lock.lock();
        try {
            if (position > recorded) {
                LOG.error(
                        "the store has {} events of a log that has {}: is it an old copy?",
                        position,
                        recorded);
            }
            taken = Math.max(taken, position);
            stored = Math.max(stored, position);
            pendingSince.stored(stored);
            segments.stored(stored);
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private SegmentHeader header() {
        return new SegmentHeader(id, recorded + 1, stamp, batchFrom, batchThrough);
    }

    /**
     * Writes an event; it is in the log when this returns.
     *
     * @throws IllegalStateException if the log is closed
     */
    void append(Event event) {
        LogRecord record = EventCodec.event(event, definitions);
        takeLock();
        try {
            if (sealed) {
                throw new IllegalStateException("the books are closed");
            }
            LogRecord definition = segments.makeRoom(record, this::header);
            if (definition != null) {
                write(definition);
            }
            recorded++;
            stamp = MessageIds.stampAfter(stamp, event.at());
            write(record);
            pendingSince.recorded(recorded, stamp, recorded - stored == 1);
            if (recorded - taken == 1 || recorded - taken == enough) {
                appended.signal();
            }
            if (gate.isOpen() && pendingBytes() > bounds.bytes()) {
                judge();
            }
        } finally {
            lock.unlock();
        }
        segments.notice();
    }

    /** Whoever holds the lock gives it back within a microsecond: sleeping would take longer. */
    private void takeLock() {
        for (int spins = 0; spins < SPINS; spins++) {
            if (!lock.isLocked() && lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    private void write(LogRecord record) {
        segments.write(record, recorded, stamp);
    }

    private long pendingBytes() {
        return segments.written() - storedBytes;
    }

    /**
     * Says on disk that these events are one batch, also for whoever repeats it.
     *
     * <p>Returns when that and the events are on the disk itself: after a power failure, too, no
     * other event can be where one was that a store may have.
     */
    void mark(long from, long through) throws InterruptedException {
        LogRecord batch = EventCodec.batch(from, through);
        lock.lockInterruptibly();
        try {
            segments.makeRoomForMark(batch, this::header);
            batchFrom = from;
            batchThrough = through;
            write(batch);
            segments.awaitSynced();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing new may begin; empty if it may. */
    String refusing() {
        return gate.reason();
    }

    /** How much that is new waits for room. */
    int waiting() {
        return gate.waiting();
    }

    /**
     * Waits while nothing new may begin.
     *
     * @param stopped ends the wait when it completes, in whatever way
     * @return false if it was stopped
     * @throws BooksFull after {@link Bounds#maxStall}
     */
    boolean awaitRoom(CompletableFuture<?> stopped) throws InterruptedException {
        return gate.isOpen() || gate.await(this::hurryReader, stopped);
    }

    private void hurryReader() {
        lock.lock();
        try {
            appended.signal();
        } finally {
            lock.unlock();
        }
    }

    private void judge() {
        String why = segments.refusing();
        if (why.isEmpty() && pendingBytes() > bounds.bytes()) {
            why =
                    String.format(
                            Locale.ROOT,
                            "the event log is full: %d events wait for the store since %s, %.1f MB of %.1f MB",
                            recorded - stored,
                            pendingSince.at(),
                            pendingBytes() / MEGABYTE,
                            bounds.bytes() / MEGABYTE);
        }
        gate.set(why);
    }

    /**
     * Waits for a batch: until {@code events} are there, or {@code delay} has passed since the
     * first, or somebody waits for them.
     *
     * @return nothing only when the log is closed and read to its end
     */
    ReadyEvents awaitEvents(int events, Duration delay) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            enough = events;
            while (recorded == taken && !sealed) {
                appended.await();
            }
            boolean marked = batchThrough > taken;
            long left = delay.toNanos();
            while (!marked
                    && recorded - taken < events
                    && !sealed
                    && readers == 0
                    && gate.waiting() == 0
                    && left > 0) {
                left = appended.awaitNanos(left);
            }
            return new ReadyEvents(
                    taken + 1, marked ? Math.min(batchThrough, recorded) : recorded, marked);
        } finally {
            lock.unlock();
        }
    }

    /** Everything up to {@code position} has been read. */
    void taken(long position) {
        lock.lock();
        try {
            taken = position;
        } finally {
            lock.unlock();
        }
    }

    /** Everything up to {@code position} is stored: so many bytes of records since the start. */
    void advance(long position, long bytes) {
        lock.lock();
        try {
            stored = position;
            pendingSince.stored(position);
            storedBytes = stored == recorded ? segments.written() : bytes;
            segments.stored(position);
            judge();
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that is recorded now is stored; false if the store stops.
     *
     * @param patience the longest wait without any progress of the store
     */
    boolean awaitStored(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long until = recorded;
            long seen = stored;
            long left = patience.toNanos();
            readers++;
            try {
                appended.signal();
                while (stored < until) {
                    if (stored > seen) {
                        seen = stored;
                        left = patience.toNanos();
                    }
                    if (left <= 0) {
                        return false;
                    }
                    left = advanced.awaitNanos(left);
                }
                return true;
            } finally {
                readers--;
            }
        } finally {
            lock.unlock();
        }
    }

    LogState state() {
        lock.lock();
        try {
            boolean pending = recorded > stored;
            return new LogState(
                    recorded,
                    stored,
                    pending ? pendingBytes() : 0,
                    pending ? pendingSince.at() : null,
                    gate.reason(),
                    segments.room());
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of events that may wait for the store before nothing new may begin. */
    long bound() {
        return bounds.bytes();
    }

    /** What its files take on disk. */
    long size() {
        return directory.size();
    }

    /** Takes no more events; what is there can still be read. */
    void seal() {
        lock.lock();
        try {
            sealed = true;
            appended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Brings all that is left to the disk, for the next process. */
    @Override
    public void close() {
        seal();
        segments.close();
    }
}
