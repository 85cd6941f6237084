package io.rvbbit.tracking.trace;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One span as it is read from the books. Threading: immutable.
 *
 * @param parentSpanId empty at a statement that nothing of another service asked for
 * @param status running, completed, failed, timeout or cancelled
 * @param endedAt null while it runs
 * @param region the model's endpoint is in; empty where nobody knows
 * @param depth 0 at a statement
 */
public record TraceSpan(
        String spanId,
        String traceId,
        String parentSpanId,
        String callerId,
        String sessionId,
        String service,
        String operation,
        String status,
        Instant startedAt,
        @Nullable Instant endedAt,
        String modelId,
        String provider,
        String region,
        String metadataJson,
        String errorType,
        String errorMessage,
        int depth) {
    /** The span's end; of one that runs, {@code now}. */
    Instant end(Instant now) {
        return endedAt == null ? now : endedAt;
    }

    Duration took(Instant now) {
        return Duration.between(startedAt, end(now));
    }

    boolean isStatement() {
        return depth == 0;
    }

    /** Whether it is others that do its work. */
    boolean hasSteps() {
        return isStatement() || service.equals("cascade");
    }

    boolean is(String wanted) {
        return status.equals(wanted);
    }

    /** Deliveries come after the statement, and hold nothing up. */
    boolean isDelivery() {
        return service.equals("store");
    }
}
