package io.rvbbit.tracking;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Makes ULIDs: 48 bits of milliseconds and 80 random ones, as 26 characters that sort by time.
 *
 * <p>Each is greater than the one before, also within a millisecond and when the clock goes back:
 * then the random part counts on. Threading: any thread.
 *
 * @see <a href="https://github.com/ulid/spec">ULID</a>
 */
public final class UlidSource {
    private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 26;

    private final Clock clock;
    private final RandomGenerator random;
    private final AtomicReference<Bits> last = new AtomicReference<>(new Bits(0, 0));

    /** 48 bits of time and 16 random ones; then 64 more. */
    private record Bits(long high, long low) {
        Bits next() {
            return new Bits(low == -1 ? high + 1 : high, low + 1);
        }

        String text() {
            char[] text = new char[LENGTH];
            long upper = high;
            long lower = low;
            for (int at = LENGTH - 1; at >= 0; at--) {
                text[at] = LETTERS.charAt((int) (lower & 31));
                lower = lower >>> 5 | upper << 59;
                upper >>>= 5;
            }
            return new String(text);
        }
    }

    /** {@code random} is used from many threads at once and has to allow that. */
    public UlidSource(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public String next() {
        long now = Math.max(0, clock.millis());
        // One random bit is left 0, so that counting never reaches into the time.
        Bits fresh = new Bits(now << 16 | random.nextInt(1 << 15), random.nextLong());
        return last.updateAndGet(before -> now > before.high() >>> 16 ? fresh : before.next())
                .text();
    }
}
