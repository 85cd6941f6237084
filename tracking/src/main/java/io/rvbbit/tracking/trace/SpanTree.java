package io.rvbbit.tracking.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The spans of a trace by what contains them. Threading: immutable. */
final class SpanTree {
    private final Instant now;
    private final List<TraceSpan> spans;
    private final Map<String, TraceSpan> byId = new HashMap<>();
    private final Map<String, List<TraceSpan>> children = new HashMap<>();

    /** {@code now}: the end of what still runs. */
    SpanTree(List<TraceSpan> all, Instant now) {
        this.now = now;
        this.spans =
                all.stream()
                        .sorted(
                                Comparator.comparing(TraceSpan::startedAt)
                                        .thenComparingInt(TraceSpan::depth)
                                        .thenComparing(TraceSpan::spanId))
                        .toList();
        for (TraceSpan span : spans) {
            byId.put(span.spanId(), span);
            if (!span.isDelivery()) {
                children.computeIfAbsent(span.parentSpanId(), _ -> new ArrayList<>()).add(span);
            }
        }
    }

    /** A time within a span in which nothing of it ran. */
    record Gap(Instant from, Instant to) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    /** In the order of their starts. */
    List<TraceSpan> spans() {
        return spans;
    }

    /** What the span is made of, deliveries left out. */
    List<TraceSpan> children(TraceSpan span) {
        return children.getOrDefault(span.spanId(), List.of());
    }

    @Nullable TraceSpan parent(TraceSpan span) {
        return byId.get(span.parentSpanId());
    }

    boolean isLeaf(TraceSpan span) {
        return children(span).isEmpty();
    }

    /** The statement that contains the span, or the outermost span that is there. */
    TraceSpan root(TraceSpan span) {
        TraceSpan outer = span;
        for (TraceSpan next = parent(outer); next != null; next = parent(outer)) {
            outer = next;
        }
        return outer;
    }

    /** Whether any of what the span is made of ended with one of these. */
    boolean hasChildThat(TraceSpan span, List<String> statuses) {
        return children(span).stream().anyMatch(child -> statuses.contains(child.status()));
    }

    /**
     * Times between the children of a span, before the first and after the last. A leaf has none,
     * but for what still waits for its first.
     */
    List<Gap> gaps(TraceSpan span) {
        List<Gap> gaps = new ArrayList<>();
        if (isLeaf(span) && !(span.is("running") && span.hasSteps())) {
            return gaps;
        }
        Instant covered = span.startedAt();
        for (TraceSpan child : children(span)) {
            if (child.startedAt().isAfter(covered)) {
                gaps.add(new Gap(covered, child.startedAt()));
            }
            Instant end = child.end(now);
            covered = end.isAfter(covered) ? end : covered;
        }
        if (span.end(now).isAfter(covered)) {
            gaps.add(new Gap(covered, span.end(now)));
        }
        return gaps;
    }
}
