package io.rvbbit.udf.cascade;

import java.time.Duration;

/**
 * How often a cell's work is tried, and how long it waits in between.
 *
 * @param maxAttempts 0 where the cascade leaves it to the server
 * @param base the first wait
 */
public record Retry(int maxAttempts, Backoff backoff, Duration base) {
    /** No wait is longer than this. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    public static final Retry UNSAID = new Retry(0, Backoff.EXPONENTIAL, Duration.ofSeconds(1));

    /** How waits grow. */
    public enum Backoff {
        NONE,
        LINEAR,
        EXPONENTIAL
    }

    /** The wait after the {@code attempt}-th failure, counted from 1. */
    Duration waitAfter(int attempt) {
        Duration wait =
                switch (backoff) {
                    case NONE -> Duration.ZERO;
                    case LINEAR -> base.multipliedBy(attempt);
                    case EXPONENTIAL -> base.multipliedBy(1L << Math.min(attempt - 1, 30));
                };
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
