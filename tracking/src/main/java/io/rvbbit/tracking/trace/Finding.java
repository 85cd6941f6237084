package io.rvbbit.tracking.trace;

import java.time.Duration;
import java.time.Instant;

/**
 * Something in a trace that is not as it should be.
 *
 * @param span where it is; for a gap, what it is in
 * @param startedAt when it began; {@code took}: how long it was
 * @param evidence in words, with the numbers that it follows from
 */
public record Finding(
        Kind kind,
        Severity severity,
        TraceSpan span,
        Instant startedAt,
        Duration took,
        String evidence) {
    /** In lower case for clients. */
    public enum Kind {
        SLOW_OPERATION,
        GAP,
        FAILURE,
        TIMEOUT,
        HEALTHY
    }

    /** In lower case for clients; the worst first. */
    public enum Severity {
        CRITICAL,
        ERROR,
        WARNING,
        INFO
    }
}
