package io.rvbbit.tracking.completion;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Whether, when and how fast calls are put together. Threading: immutable.
 *
 * @param worker off: nothing is put together; what comes meanwhile is remembered for later
 * @param dualWrite off: beside the log nothing is written for calls; the backfill makes up for it
 * @param timeout how long a start or an end waits for its other half before it is flagged
 * @param batchSize parts that are waiting when the worker begins at once
 * @param batchTimeout how long fewer than that may wait
 * @param cutover calls of this day and later are read as the worker has stored them; empty: none
 * @param backfillRate calls per second that the backfill stores at most
 */
public record CompletionPolicy(
        boolean worker,
        boolean dualWrite,
        Duration timeout,
        int batchSize,
        Duration batchTimeout,
        Optional<LocalDate> cutover,
        int backfillRate) {
    public static final CompletionPolicy DEFAULT =
            new CompletionPolicy(
                    true,
                    true,
                    Duration.ofMinutes(5),
                    100,
                    Duration.ofSeconds(5),
                    Optional.empty(),
                    10_000);

    /** Whether new calls are put together at all. */
    public boolean completes() {
        return worker && dualWrite;
    }
}
