package io.rvbbit.tracking;

import io.rvbbit.tracking.SegmentDirectory.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the events of the log in their order, from segment to segment.
 *
 * <p>Threading: one thread at a time.
 */
final class LogReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    private final SegmentWriter log;
    private final SegmentDirectory directory;
    private final MessageIds ids;
    private @Nullable SegmentReader segment;
    private long number;
    private int limit;
    private long position;
    private long bytesBefore;
    private final AtomicLong lost = new AtomicLong();

    /** {@code position}: of the last event that is not to be read. */
    LogReader(SegmentWriter log, SegmentDirectory directory, MessageIds ids, long position) {
        this.log = log;
        this.directory = directory;
        this.ids = ids;
        this.position = position;
    }

    /**
     * Consecutive events.
     *
     * @param from the position after that of the events before
     * @param through the position of the last event
     */
    record Taken(List<LoggedEvent> events, long from, long through) {
        public Taken {
            events = List.copyOf(events);
        }
    }

    /** The events up to {@code position} are not to be read either. */
    void skip(long position) {
        this.position = Math.max(this.position, position);
    }

    /** Events that could not be read, or not be understood, so far. */
    long lost() {
        return lost.get();
    }

    /** Bytes of records that lie behind, since the log's oldest segment at the start. */
    long bytes() {
        return bytesBefore + (segment == null ? 0 : segment.at() - SegmentHeader.SIZE);
    }

    /**
     * Reads the events up to {@code through}, all of which were appended before.
     *
     * @param most events, and {@code mostBytes} of records, after which it ends earlier
     */
    Taken read(long through, int most, long mostBytes) throws IOException {
        long from = position + 1;
        long begin = bytes();
        List<LoggedEvent> events = new ArrayList<>();
        while (position < through && events.size() < most && bytes() - begin < mostBytes) {
            next(through).ifPresent(events::add);
        }
        return new Taken(events, from, position);
    }

    private Optional<LoggedEvent> next(long through) throws IOException {
        SegmentReader current = segment;
        if (current == null) {
            open();
            return Optional.empty();
        }
        if (!current.next(limit)) {
            turn(current, through);
            return Optional.empty();
        }
        if (!current.isEvent() || current.position() <= position) {
            return Optional.empty();
        }
        lose(current.position() - position - 1);
        position = current.position();
        try {
            return Optional.of(
                    new LoggedEvent(position, ids.of(position, current.stamp()), current.event()));
        } catch (RuntimeException e) {
            LOG.error("event {} of the log cannot be understood", position, e);
            lose(1);
            return Optional.empty();
        }
    }

    private void open() throws IOException {
        Segment next =
                directory
                        .from(number)
                        .orElseThrow(() -> new IOException("the event log has no segment"));
        segment =
                SegmentReader.open(next.path())
                        .orElseThrow(() -> new IOException(next.path() + " cannot be read"));
        number = next.number();
        limit = log.extent(number, next.used());
    }

    /** At what was the segment's end when it was last asked: more may have come, or another. */
    private void turn(SegmentReader current, long through) throws IOException {
        Optional<Segment> after = directory.from(number + 1);
        int before = limit;
        limit = log.extent(number, limit);
        if (limit != before) {
            return;
        }
        if (after.isEmpty()) {
            // All that is left of what was appended cannot be read.
            lose(through - position);
            position = through;
            return;
        }
        bytesBefore += limit - SegmentHeader.SIZE;
        current.close();
        segment = null;
        number = after.get().number();
    }

    private void lose(long events) {
        if (events > 0) {
            long _ = lost.addAndGet(events);
            LOG.error("{} events of the log before event {} are lost", events, position + events);
        }
    }

    @Override
    public void close() {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
