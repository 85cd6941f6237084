package io.rvbbit.tracking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of the event log on its way into a segment.
 *
 * <p>What costs time, its bytes and their checksum, is made before the log's lock is taken; what
 * only the log knows is filled in under it. Layout: {@code docs/event-log.md}. Threading: one
 * thread at a time.
 */
final class LogRecord {
    /** Length, checksum, position and stamp; the payload follows. */
    static final int PREFIX = 24;

    static final int AT_CHECKSUM = 4;
    static final int AT_POSITION = 8;
    static final int AT_STAMP = 16;
    static final int ALIGNMENT = 8;

    private final byte[] bytes;
    private final int end;
    private final CRC32C checksum = new CRC32C();
    private final @Nullable Definition definition;

    /** A text that many events have, and the number by which they name it. */
    record Definition(int number, String text) {}

    /**
     * @param payload behind {@link #PREFIX} free bytes
     * @param definition the one that an event names
     */
    LogRecord(ByteWriter payload, @Nullable Definition definition) {
        this.bytes = payload.bytes();
        this.end = payload.end();
        this.definition = definition;
        checksum.update(bytes, PREFIX, end - PREFIX);
    }

    /** What stands behind the prefix. */
    byte[] payload() {
        return Arrays.copyOfRange(bytes, PREFIX, end);
    }

    /** Bytes that it takes in a segment. */
    int size() {
        return aligned(end);
    }

    static int aligned(int length) {
        return Math.addExact(length, ALIGNMENT - 1) & -ALIGNMENT;
    }

    @Nullable Definition definition() {
        return definition;
    }

    /** The finished record, to be called once; {@link #length} of it count. */
    byte[] finished(long position, long stamp) {
        ByteBuffer prefix = ByteBuffer.wrap(bytes, 0, PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        prefix.putInt(0, end - PREFIX).putLong(AT_POSITION, position).putLong(AT_STAMP, stamp);
        checksum.update(bytes, AT_POSITION, PREFIX - AT_POSITION);
        prefix.putInt(AT_CHECKSUM, (int) checksum.getValue());
        return bytes;
    }

    int length() {
        return end;
    }

    /** The checksum of a record that was read: of its payload, then of its position and stamp. */
    static int checksum(byte[] record, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(record, PREFIX, length);
        checksum.update(record, AT_POSITION, PREFIX - AT_POSITION);
        return (int) checksum.getValue();
    }
}
