package io.rvbbit.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one segment of the event log, record by record, also while it is written.
 *
 * <p>A record that is not whole is a torn end if no whole one follows, and damage if one does: then
 * reading goes on there, and says so. Threading: one thread at a time.
 */
final class SegmentReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** No more events than that can be missing between two records of one segment. */
    private static final long MOST_MISSING = Integer.MAX_VALUE;

    private final Path path;
    private final Arena arena;
    private final MemorySegment map;
    private final SegmentHeader header;
    private final Map<Integer, String> definitions = new HashMap<>();
    private int at = SegmentHeader.SIZE;
    private long position;
    private byte[] record = new byte[1_024];
    private int length;
    private long damages;

    private SegmentReader(Path path, Arena arena, MemorySegment map, SegmentHeader header) {
        this.path = path;
        this.arena = arena;
        this.map = map;
        this.header = header;
        this.position = header.first() - 1;
    }

    /** Empty if the file was never begun, or its beginning is damaged. */
    static Optional<SegmentReader> open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] beginning = new byte[SegmentHeader.SIZE];
            if (file.length() >= beginning.length && file.length() <= Integer.MAX_VALUE) {
                file.readFully(beginning);
                Optional<SegmentHeader> header = SegmentHeader.of(beginning);
                if (header.isPresent()) {
                    MemorySegment map =
                            file.getChannel().map(MapMode.READ_ONLY, 0, file.length(), arena);
                    return Optional.of(new SegmentReader(path, arena, map, header.get()));
                }
            }
            arena.close();
            return Optional.empty();
        } catch (IOException | RuntimeException fault) {
            arena.close();
            throw fault;
        }
    }

    SegmentHeader header() {
        return header;
    }

    /** Where the next record begins, or would begin. */
    int at() {
        return at;
    }

    int size() {
        return (int) map.byteSize();
    }

    /** The position of the newest event up to here. */
    long position() {
        return position;
    }

    /** How often a place was skipped because it could not be read. */
    long damages() {
        return damages;
    }

    /**
     * Moves to the next record.
     *
     * @param limit where the written part ends, if that is known
     * @return false at the end
     */
    boolean next(int limit) {
        int end = Math.min(limit, size());
        if (end - at >= Integer.BYTES && map.get(INT, at) == 0) {
            int page = (at + LogSegment.PAGE - 1) & -LogSegment.PAGE;
            if (isWhole(page, end)) {
                at = page;
            }
        }
        if (!isWhole(at, end)) {
            int whole = at + LogRecord.ALIGNMENT;
            while (whole < end && !isWhole(whole, end)) {
                whole += LogRecord.ALIGNMENT;
            }
            if (whole >= end) {
                return false;
            }
            damages++;
            LOG.error(
                    "the event log is damaged: {} cannot be read from byte {} to {}; the event"
                            + " before is {}, the next one that was found {}",
                    path,
                    at,
                    whole,
                    position,
                    positionAt(whole));
            at = whole;
        }
        position = positionAt(at);
        at += LogRecord.aligned(LogRecord.PREFIX + length);
        if (kind() == EventCodec.DEFINITION) {
            ByteReader values = values();
            definitions.put(values.small(), values.text());
        }
        return true;
    }

    /** Whether something stands behind the last whole record. */
    boolean isTorn() {
        return size() - at >= Integer.BYTES && map.get(INT, at) != 0;
    }

    int kind() {
        return record[LogRecord.PREFIX] & 0xFF;
    }

    /** What follows the record's kind. */
    ByteReader values() {
        return new ByteReader(record, LogRecord.PREFIX + 1);
    }

    long stamp() {
        return ByteReader.fixed(record, LogRecord.AT_STAMP);
    }

    boolean isEvent() {
        return kind() != EventCodec.DEFINITION && kind() != EventCodec.BATCH;
    }

    Event event() {
        return EventCodec.event(kind(), values(), this::definition);
    }

    private String definition(int number) {
        String text = definitions.get(number);
        if (text == null) {
            throw new IllegalArgumentException("definition " + number + " was not written");
        }
        return text;
    }

    private long positionAt(int offset) {
        return map.get(LONG, offset + LogRecord.AT_POSITION);
    }

    /** Leaves a whole record in {@link #record}. */
    private boolean isWhole(int offset, int end) {
        if (end - offset < LogRecord.PREFIX) {
            return false;
        }
        int payload = map.get(INT, offset);
        if (payload < 1 || payload > end - offset - LogRecord.PREFIX) {
            return false;
        }
        long found = positionAt(offset);
        if (found < position || found - position > MOST_MISSING) {
            return false;
        }
        int bytes = LogRecord.PREFIX + payload;
        if (record.length < bytes) {
            record = new byte[Math.max(bytes, record.length * 2)];
        }
        MemorySegment.copy(map, ValueLayout.JAVA_BYTE, offset, record, 0, bytes);
        length = payload;
        return LogRecord.checksum(record, payload) == map.get(INT, offset + LogRecord.AT_CHECKSUM);
    }

    @Override
    public void close() {
        arena.close();
    }
}
