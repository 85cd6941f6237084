package io.rvbbit.udf.cascade;

import io.rvbbit.udf.llm.Attempts;
import java.time.Duration;

/**
 * How often a cell's work is tried, and how long it waits in between.
 *
 * @param maxAttempts 0 where the cascade leaves it to the server
 * @param base the first wait
 * @param isSaid whether the cascade says anything of it; waits for models are else the server's
 */
public record Retry(int maxAttempts, Backoff backoff, Duration base, boolean isSaid) {
    /** No wait is longer than this. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    public static final Retry UNSAID =
            new Retry(0, Backoff.EXPONENTIAL, Duration.ofSeconds(1), false);

    /** As a cascade says it. */
    public Retry(int maxAttempts, Backoff backoff, Duration base) {
        this(maxAttempts, backoff, base, true);
    }

    /** How waits grow. */
    public enum Backoff {
        NONE,
        LINEAR,
        EXPONENTIAL
    }

    /** Tries of work that no model does; without a word of the cascade's there is one. */
    int tries() {
        return Math.max(1, maxAttempts);
    }

    /** Attempts of one request to a model; {@code usual}: how many where nothing is said. */
    Attempts ofRequest(int usual) {
        int most = maxAttempts == 0 ? usual : maxAttempts;
        return isSaid ? new Attempts(most, this::waitAfter) : Attempts.upTo(most);
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
