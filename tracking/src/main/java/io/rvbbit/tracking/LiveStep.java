package io.rvbbit.tracking;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A traced statement of this gateway that runs, and what it does itself at the moment.
 *
 * <p>Threading: immutable.
 *
 * @param run of the statement, from 1
 * @param startedAt when the run began
 * @param step null while it does nothing by itself
 */
public record LiveStep(
        CallerId caller,
        int run,
        TraceContext trace,
        String userName,
        String queryType,
        Instant startedAt,
        @Nullable Step step) {
    /**
     * A step that has begun.
     *
     * @param spanId as its {@link Event.SpanEnded} will have it
     */
    public record Step(String spanId, String operation, Instant startedAt) {}

    /** The id of the statement's {@code number}-th step. */
    public static String idOf(CallerId caller, int run, int number) {
        return TraceContext.spanId(caller.value() + ":" + run + ":" + number);
    }

    /** The statement, and the step in it; none if the books keep no spans of it. */
    List<RunningSpan> spans() {
        if (!trace.stored()) {
            return List.of();
        }
        String statement = TraceContext.spanId(SpanNames.statement(caller.value(), run));
        RunningSpan whole =
                span(
                        statement,
                        trace.parentSpanId(),
                        "statement",
                        startedAt,
                        SpanText.ofRunning(queryType),
                        0);
        return step == null
                ? List.of(whole)
                : Stream.of(
                                whole,
                                span(
                                        step.spanId(),
                                        statement,
                                        step.operation(),
                                        step.startedAt(),
                                        "{}",
                                        1))
                        .toList();
    }

    private RunningSpan span(
            String id, String parent, String operation, Instant at, String metadata, int depth) {
        return new RunningSpan(
                id,
                trace.traceId(),
                parent,
                caller.value(),
                userName,
                "",
                "gateway",
                operation,
                at,
                "",
                "",
                "",
                metadata,
                depth);
    }
}
