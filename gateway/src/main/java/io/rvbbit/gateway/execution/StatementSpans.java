package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event.SpanEnded;
import io.rvbbit.tracking.Event.StatementEnded;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.LiveStep;
import io.rvbbit.tracking.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a traced statement that have no events of their own.
 *
 * <p>What ends before the statement is on the books waits until it is. A statement that is not
 * traced has none of this. Threading: the session's thread only, but for {@link #live}.
 */
final class StatementSpans {
    static final String REWRITE = "rewrite";
    static final String INPUT = "input_query";

    private final CallerId caller;
    private final int run;
    private final TraceContext trace;
    private final EventSink books;
    private final Clock clock;
    private final List<SpanEnded> early = new ArrayList<>();
    private volatile LiveStep.@Nullable Step running;
    private @Nullable Step current;
    private int steps;
    private boolean booked;

    /** {@code run}: of the statement, from 1. */
    StatementSpans(CallerId caller, int run, TraceContext trace, EventSink books, Clock clock) {
        this.caller = caller;
        this.run = run;
        this.trace = trace;
        this.books = books;
        this.clock = clock;
    }

    /** A step that begins now. */
    Step begin(String operation) {
        steps++;
        Step step = new Step(LiveStep.idOf(caller, run, steps), operation);
        step.goOn();
        return step;
    }

    /** The statement has failed: with it what it was doing, if anything. */
    void failed(SqlException cause) {
        Step step = current;
        if (step != null) {
            step.end(error(cause));
        }
    }

    private static String error(SqlException cause) {
        String message = String.valueOf(cause.getMessage());
        String kind =
                cause.state() != SqlState.QUERY_CANCELED
                        ? "sql"
                        : message.equals(StatementEnded.TIMED_OUT) ? "timeout" : "cancelled";
        return JsonNodeFactory.instance
                .objectNode()
                .put("class", kind)
                .put("sqlstate", cause.state().code())
                .put("message", message)
                .toString();
    }

    /** The statement is on the books. */
    void statementBooked() {
        booked = true;
        early.forEach(books::record);
        early.clear();
    }

    /** How the statement stands. Threading: any thread. */
    LiveStep live(StatementState.Origin origin) {
        return new LiveStep(
                caller, run, trace, origin.user(), origin.queryType(), origin.startedAt(), running);
    }

    /**
     * A step that may pause, because the statement does something else meanwhile.
     *
     * <p>Its span begins with it and is as long as all its work together; while it pauses, it is
     * not shown.
     */
    final class Step {
        private final String spanId;
        private final String operation;
        private final Instant start = clock.instant();
        private long began;
        private long worked;
        private boolean over;

        private Step(String spanId, String operation) {
            this.spanId = spanId;
            this.operation = operation;
        }

        void goOn() {
            running = new LiveStep.Step(spanId, operation, clock.instant());
            current = this;
            began = System.nanoTime();
        }

        void pause() {
            worked += System.nanoTime() - began;
            current = null;
            running = null;
        }

        /** It went well. */
        void end() {
            end("");
        }

        /** It goes no further; where it has failed, {@link #failed} says how. */
        void close() {
            if (current != this) {
                end();
            }
        }

        private void end(String errorJson) {
            if (over) {
                return;
            }
            over = true;
            if (current == this) {
                pause();
            }
            Duration took = Duration.ofNanos(worked);
            SpanEnded span =
                    new SpanEnded(
                            caller,
                            spanId,
                            "gateway",
                            operation,
                            "",
                            errorJson,
                            took,
                            start.plus(took));
            if (booked) {
                books.record(span);
            } else {
                early.add(span);
            }
        }
    }
}
