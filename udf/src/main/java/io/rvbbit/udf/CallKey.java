package io.rvbbit.udf;

import io.rvbbit.udf.cache.AnswerKey;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.time.Duration;

/**
 * What makes two cascade calls of one statement the same: the key that all statements share, and
 * the time that the call may take, which decides whether it fails.
 *
 * <p>Threading: immutable.
 */
record CallKey(long high, long low) {
    /** An odd number whose multiples are spread over all 64 bits. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final int HEX_DIGITS = 16;

    static CallKey of(AnswerKey shared, Overrides overrides) {
        Duration timeout = overrides.timeout();
        long limit = timeout == null ? 0 : timeout.toMillis() * SPREAD;
        return new CallKey(shared.high() ^ limit, shared.low());
    }

    /** The first 128 bits of the SHA-256 of the parts. */
    static CallKey hashed(String... parts) {
        String hex = Input.sha256(String.join("\n", parts));
        return new CallKey(
                Long.parseUnsignedLong(hex, 0, HEX_DIGITS, HEX_DIGITS),
                Long.parseUnsignedLong(hex, HEX_DIGITS, 2 * HEX_DIGITS, HEX_DIGITS));
    }
}
