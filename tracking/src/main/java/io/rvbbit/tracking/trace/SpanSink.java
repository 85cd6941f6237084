package io.rvbbit.tracking.trace;

import java.util.List;

/**
 * Takes spans on their way out of the gateway, as soon as they are booked.
 *
 * <p>After a restart it may be given again what it had: a span's id is the same then.
 */
public interface SpanSink {
    SpanSink NONE = _ -> {};

    /** Takes spans that have ended. Must not block. Threading: the books' writer threads. */
    void accept(List<TraceSpan> spans);
}
