package io.rvbbit.tracking;

import io.rvbbit.tracking.trace.SpanSink;
import java.util.function.UnaryOperator;

/**
 * What the books cannot know of spans by themselves. Threading: immutable, its parts any thread.
 *
 * @param exported takes the spans of statements that are to be exported
 * @param regions gives the region that a provider's endpoint is in; empty where nobody knows
 * @param running what has not ended, as it is read
 */
public record TraceOptions(SpanSink exported, UnaryOperator<String> regions, RunningSpans running) {
    public static final TraceOptions NONE = new TraceOptions(SpanSink.NONE, _ -> "");

    public TraceOptions(SpanSink exported, UnaryOperator<String> regions) {
        this(exported, regions, new RunningSpans());
    }

    /** For books of their own. */
    TraceOptions withRunning(RunningSpans other) {
        return new TraceOptions(exported, regions, other);
    }
}
