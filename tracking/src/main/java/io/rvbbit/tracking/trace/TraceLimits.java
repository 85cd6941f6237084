package io.rvbbit.tracking.trace;

import java.time.Duration;

/**
 * What counts as a fault of a trace. Threading: immutable.
 *
 * @param slowFactor how many times its average an operation takes that is slow
 * @param slowLeast what takes less is never slow
 * @param gap the longest time in which nothing of a span need run
 * @param networkTimeout a gap beyond it looks like a network that does not answer
 * @param degradation an operation beyond it is degraded, whatever its average
 */
public record TraceLimits(
        double slowFactor,
        Duration slowLeast,
        Duration gap,
        Duration networkTimeout,
        Duration degradation) {
    public static final TraceLimits DEFAULT =
            new TraceLimits(
                    3,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(2));

    /** An average of fewer spans says nothing. */
    static final long LEAST_SAMPLES = 3;
}
