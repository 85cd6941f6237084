package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether statements are traced, and under which id.
 *
 * <p>Threading: immutable.
 *
 * @param stored whether the books keep spans
 */
public record Tracing(boolean stored) {
    /** Empty: the trace is the statement's own. */
    static final String TRACEPARENT = "rvbbit.traceparent";

    public boolean isOn() {
        return stored;
    }

    /** The trace of a statement that begins; null if it is not traced. */
    @Nullable TraceContext of(CallerId caller, Settings settings) {
        if (!isOn()) {
            return null;
        }
        return TraceContext.ofTraceparent(settings.get(TRACEPARENT), stored)
                .orElseGet(() -> TraceContext.of(caller, stored));
    }
}
