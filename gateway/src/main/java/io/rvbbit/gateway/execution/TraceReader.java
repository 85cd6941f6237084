package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.trace.OperationAverage;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads traces from the books: those of one user, or everybody's.
 *
 * <p>Threading: any thread.
 *
 * @param user whose; empty: everybody's
 */
record TraceReader(BookReader books, Optional<String> user) {
    private static final List<String> COLUMNS =
            List.of(
                    "span_id",
                    "trace_id",
                    "parent_span_id",
                    "caller_id",
                    "session_id",
                    "service",
                    "operation",
                    "status",
                    "started_at",
                    "ended_at",
                    "model_id",
                    "provider",
                    "region",
                    "metadata",
                    "error_type",
                    "error_message",
                    "depth");

    /** The spans of a caller, a trace, or a session and what it contains; empty if it has none. */
    List<TraceSpan> spans(String id) {
        if (!Condition.isText(id)) {
            return List.of();
        }
        List<TraceSpan> spans = where("caller_id", id);
        if (spans.isEmpty()) {
            spans = where("trace_id", id);
        }
        return spans.isEmpty() ? session(id) : spans;
    }

    private List<TraceSpan> session(String id) {
        List<TraceSpan> own = where("session_id", id);
        if (own.isEmpty()) {
            return own;
        }
        Set<String> within = new HashSet<>();
        own.forEach(span -> within.add(span.spanId()));
        List<TraceSpan> all = where("caller_id", own.getFirst().callerId());
        boolean more = true;
        while (more) {
            more = false;
            for (TraceSpan span : all) {
                more |= within.contains(span.parentSpanId()) && within.add(span.spanId());
            }
        }
        return all.stream().filter(span -> within.contains(span.spanId())).toList();
    }

    /** The store may leave out what does not meet the condition, but need not. */
    private List<TraceSpan> where(String column, String id) {
        int place = COLUMNS.indexOf(column);
        List<TraceSpan> spans = new ArrayList<>();
        try (Scan scan =
                books.scan(
                        "trace_spans",
                        COLUMNS,
                        user,
                        List.of(new Condition(column, "=", List.of(id))))) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                if (id.equals(row[place])) {
                    spans.add(span(row));
                }
            }
        }
        return spans;
    }

    private static TraceSpan span(@Nullable Object[] row) {
        return new TraceSpan(
                text(row[0]),
                text(row[1]),
                text(row[2]),
                text(row[3]),
                text(row[4]),
                text(row[5]),
                text(row[6]),
                text(row[7]),
                row[8] instanceof Instant start ? start : Instant.EPOCH,
                row[9] instanceof Instant end ? end : null,
                text(row[10]),
                text(row[11]),
                text(row[12]),
                text(row[13]),
                text(row[14]),
                text(row[15]),
                row[16] instanceof Integer depth ? depth : 0);
    }

    /** What operations take on average. */
    List<OperationAverage> averages() {
        List<OperationAverage> averages = new ArrayList<>();
        try (Scan scan =
                books.scan(
                        "trace_operations",
                        List.of("operation", "model_id", "completed_spans", "completed_ms"),
                        user,
                        List.of())) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                averages.add(
                        new OperationAverage(
                                text(row[0]), text(row[1]), number(row[2]), number(row[3])));
            }
        }
        return averages;
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }
}
