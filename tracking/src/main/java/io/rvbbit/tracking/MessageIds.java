package io.rvbbit.tracking;

import java.time.Instant;
import java.util.UUID;

/**
 * Message ids that sort by time: UUIDs of version 7, each greater than the one before.
 *
 * <p>An id is made of what the event log keeps of an event, so that whoever books the event again,
 * in whichever process, gives it the same id. Threading: immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">UUID version 7</a>
 */
final class MessageIds {
    private final long seed;

    /** {@code log}: the event log's own id, so that the ids of two logs never meet. */
    MessageIds(UUID log) {
        this.seed = mixed(log.getMostSignificantBits() ^ mixed(log.getLeastSignificantBits()));
    }

    /**
     * The stamp that follows another: 48 bits of milliseconds, then 12 that count within the
     * millisecond; when the clock goes back, counting goes on.
     */
    static long stampAfter(long last, Instant at) {
        return Math.max(last + 1, Math.max(0, at.toEpochMilli()) << 12);
    }

    static Instant timeOf(long stamp) {
        return Instant.ofEpochMilli(stamp >>> 12);
    }

    /** When the event was recorded, in milliseconds. */
    static Instant timeOf(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    UUID of(long position, long stamp) {
        long high = (stamp >>> 12 << 16) | 0x7000L | (stamp & 0xFFFL);
        long low = (mixed(seed + position) >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** One to one, with every bit of the result hanging on every bit given (MurmurHash3's end). */
    private static long mixed(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
