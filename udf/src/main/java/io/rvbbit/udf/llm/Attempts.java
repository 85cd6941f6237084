package io.rvbbit.udf.llm;

import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often one request is sent, and how long it waits in between. Threading: immutable.
 *
 * @param most the first included, at least 1
 * @param waits after the n-th failure, counted from 1; null leaves it to the client's policy
 */
public record Attempts(int most, @Nullable IntFunction<Duration> waits) {
    public Attempts {
        if (most < 1) {
            throw new IllegalArgumentException("a request is sent at least once");
        }
    }

    /** That wait as the client does. */
    public static Attempts upTo(int most) {
        return new Attempts(most, null);
    }

    /**
     * The wait before the next attempt: what was asked for, to the millisecond, or else the
     * client's own; never less than the endpoint's advice.
     *
     * @param failures attempts that have failed so far, at least 1
     */
    Duration waitAfter(
            int failures, Optional<Duration> advice, RetryPolicy policy, RandomGenerator random) {
        IntFunction<Duration> own = waits;
        if (own == null) {
            return policy.waitAfter(failures, advice, random);
        }
        Duration wait = own.apply(failures);
        return advice.map(_ -> policy.waitAfter(failures, advice, random))
                .filter(advised -> advised.compareTo(wait) > 0)
                .orElse(wait);
    }
}
