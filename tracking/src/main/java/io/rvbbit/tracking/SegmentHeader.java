package io.rvbbit.tracking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What stands at the beginning of a segment: where the log was when the segment was begun.
 *
 * @param log the log's id
 * @param first the position of the first event that the segment can have
 * @param stamp of the event before
 * @param batchFrom the batch that was marked last, as {@code batchThrough}; 0 for none
 */
record SegmentHeader(UUID log, long first, long stamp, long batchFrom, long batchThrough) {
    static final int SIZE = 64;
    static final int VERSION = 1;

    private static final byte[] MAGIC = "RVBBITEL".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_VERSION = 8;
    private static final int AT_CHECKSUM = 12;
    private static final int AT_LOG = 16;

    byte[] bytes() {
        return bytes(VERSION);
    }

    byte[] bytes(int version) {
        ByteBuffer to = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        to.put(MAGIC).putInt(version).putInt(0);
        to.putLong(log.getMostSignificantBits()).putLong(log.getLeastSignificantBits());
        to.putLong(first).putLong(stamp).putLong(batchFrom).putLong(batchThrough);
        return to.putInt(AT_CHECKSUM, checksum(to.array())).array();
    }

    /**
     * Reads a header; empty if it is damaged, or was never written.
     *
     * @throws BooksUnavailable if a newer program wrote it
     */
    static Optional<SegmentHeader> of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || from.getInt(AT_CHECKSUM) != checksum(bytes)) {
            return Optional.empty();
        }
        if (from.getInt(AT_VERSION) != VERSION) {
            throw new BooksUnavailable(
                    "the event log has version "
                            + from.getInt(AT_VERSION)
                            + ", this program writes version "
                            + VERSION);
        }
        from.position(AT_LOG);
        return Optional.of(
                new SegmentHeader(
                        new UUID(from.getLong(), from.getLong()),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong()));
    }

    /** Of everything but the checksum itself. */
    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, AT_CHECKSUM);
        checksum.update(bytes, AT_LOG, SIZE - AT_LOG);
        return (int) checksum.getValue();
    }
}
