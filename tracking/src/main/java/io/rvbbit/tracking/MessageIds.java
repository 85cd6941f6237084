package io.rvbbit.tracking;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Message ids that sort by time: UUIDs of version 7, each greater than the one before.
 *
 * <p>Threading: the books' writer thread only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">UUID version 7</a>
 */
final class MessageIds {
    private final RandomGenerator random;
    private long last;

    MessageIds(RandomGenerator random) {
        this.random = random;
    }

    UUID next(Instant at) {
        // 48 bits of milliseconds, then 12 bits that count within the millisecond.
        last = Math.max(last + 1, Math.max(0, at.toEpochMilli()) << 12);
        long high = (last >>> 12 << 16) | 0x7000L | (last & 0xFFFL);
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
