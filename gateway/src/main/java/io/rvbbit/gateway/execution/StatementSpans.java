package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event.SpanEnded;
import io.rvbbit.tracking.EventSink;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a traced statement that have no events of their own.
 *
 * <p>What ends before the statement is on the books waits until it is. A statement that is not
 * traced has none of this. Threading: the session's thread only.
 */
final class StatementSpans {
    static final String INPUT = "input_query";

    private final CallerId caller;
    private final EventSink books;
    private final Clock clock;
    private final List<SpanEnded> early = new ArrayList<>();
    private boolean booked;

    StatementSpans(CallerId caller, EventSink books, Clock clock) {
        this.caller = caller;
        this.books = books;
        this.clock = clock;
    }

    /** For {@link #ended}. */
    long began() {
        return System.nanoTime();
    }

    /** A step that went well and began at {@code began}. */
    void ended(String service, String operation, long began) {
        note(service, operation, Duration.ofNanos(System.nanoTime() - began), clock.instant());
    }

    /** Now, as {@link #took} takes it. */
    Instant now() {
        return clock.instant();
    }

    /** A step that began at {@code start}, and worked for so many nanoseconds. */
    void took(String service, String operation, Instant start, long nanos) {
        Duration worked = Duration.ofNanos(nanos);
        note(service, operation, worked, start.plus(worked));
    }

    private void note(String service, String operation, Duration took, Instant endedAt) {
        SpanEnded span = new SpanEnded(caller, service, operation, "", "", took, endedAt);
        if (booked) {
            books.record(span);
        } else {
            early.add(span);
        }
    }

    /** The statement is on the books. */
    void statementBooked() {
        booked = true;
        early.forEach(books::record);
        early.clear();
    }
}
