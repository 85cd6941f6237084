package io.rvbbit.tracking;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a traced statement that has begun and not ended. Threading: immutable.
 *
 * @param spanId the one that it has when it ends
 * @param parentSpanId empty at a statement that nothing of another service asked for
 * @param sessionId empty at what belongs to none
 * @param model what was asked for; the model that answers may have another name
 */
record RunningSpan(
        String spanId,
        String traceId,
        String parentSpanId,
        String callerId,
        String userName,
        String sessionId,
        String service,
        String operation,
        Instant startedAt,
        String model,
        String provider,
        String region,
        String metadataJson,
        int depth) {
    /** The value in {@code trace_spans}; {@code now}: its end so far. */
    @Nullable Object value(SpanColumn column, Instant now) {
        return switch (column) {
            case SPAN_ID -> spanId;
            case TRACE_ID -> traceId;
            case PARENT_SPAN_ID -> parentSpanId;
            case CALLER_ID -> callerId;
            case SESSION_ID, EXECUTION_ID -> sessionId;
            case SERVICE -> service;
            case OPERATION -> operation;
            case STATUS -> "running";
            case STARTED_AT, CREATED_AT -> startedAt;
            case ENDED_AT -> null;
            case DURATION_MS -> Math.max(0, Duration.between(startedAt, now).toMillis());
            case MODEL_ID -> model;
            case PROVIDER -> provider;
            case REGION -> region;
            case METADATA -> metadataJson;
            case ERROR_MESSAGE, ERROR_TYPE -> "";
            case DEPTH -> depth;
        };
    }
}
