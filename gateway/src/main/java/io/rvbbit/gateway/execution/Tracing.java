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
 * @param exported whether a collector of traces gets them
 */
public record Tracing(boolean stored, boolean exported) {
    /** Empty: the trace is the statement's own. */
    static final String TRACEPARENT = "rvbbit.traceparent";

    /**
     * The trace of a statement that begins; null if it is not traced.
     *
     * @param requested the {@code traceparent} that came with the request; wins over the setting
     */
    @Nullable TraceContext of(CallerId caller, String requested, Settings settings) {
        if (!stored && !exported) {
            return null;
        }
        TraceContext trace =
                TraceContext.ofTraceparent(requested, stored, exported)
                        .or(() ->
                                TraceContext.ofTraceparent(
                                        settings.get(TRACEPARENT), stored, exported))
                        .orElseGet(() -> TraceContext.of(caller, stored, exported));
        return trace.stored() || trace.exported() ? trace : null;
    }
}
