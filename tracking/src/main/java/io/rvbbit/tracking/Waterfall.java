package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code trace_waterfall}, made of the spans of whole traces.
 *
 * <p>The views of that name in the stores say the same. A span of a trace is within at most one
 * other, and as deep as its siblings. Threading: one thread.
 */
final class Waterfall {
    /** What a span's row begins with. */
    static final List<String> KEYS =
            List.of(
                    "caller_id",
                    "trace_id",
                    "span_id",
                    "parent_span_id",
                    "depth",
                    "started_at",
                    "ended_at");

    private static final int SHARE_PLACES = 6;
    private static final double SHARE_UNITS = 1e6;
    private static final int MONEY_PLACES = 12;

    private static final Comparator<Step> BY_TIME =
            Comparator.<Step>comparingLong(step -> step.from)
                    .thenComparingInt(step -> step.depth)
                    .thenComparing(step -> step.id);

    private final long now;
    private final Map<Trace, List<Step>> traces = new LinkedHashMap<>();

    /** {@code now}: the end of what still runs. */
    Waterfall(Instant now) {
        this.now = RowBinary.micros(now);
    }

    private record Trace(String caller, String id) {}

    /** A span, in microseconds. */
    static final class Step {
        private final @Nullable Object[] row;
        private final String id;
        private final String parent;
        private final int depth;
        private final long from;
        private final long to;
        private long position;
        private long offset;
        private long covered;
        private long gap;
        private BigDecimal share = BigDecimal.ZERO;

        private Step(@Nullable Object[] row, long now) {
            this.row = row;
            this.id = text(row[2]);
            this.parent = text(row[3]);
            this.depth = row[4] instanceof Integer number ? number : 0;
            this.from = row[5] instanceof Instant start ? RowBinary.micros(start) : now;
            this.to = row[6] instanceof Instant end ? RowBinary.micros(end) : now;
        }

        /** The span's own row. */
        @Nullable Object[] row() {
            return row;
        }

        /** What is not in the span's row; null if the column is another. */
        @Nullable Object measure(String column) {
            return switch (column) {
                case "position" -> position;
                case "offset_ms" -> offset / 1000;
                case "duration_ms" -> (to - from) / 1000;
                case "self_ms" -> Math.max(0, to - from - covered) / 1000;
                case "gap_before_ms" -> gap / 1000;
                case "share_of_total" -> share;
                default -> null;
            };
        }
    }

    /** {@code row}: the {@link #KEYS}, and what else is wanted of the span. */
    void add(@Nullable Object[] row) {
        traces.computeIfAbsent(new Trace(text(row[0]), text(row[1])), _ -> new ArrayList<>())
                .add(new Step(row, now));
    }

    /** Of each trace in the order of time. */
    List<Step> steps() {
        traces.values().forEach(Waterfall::measure);
        return traces.values().stream().flatMap(List::stream).toList();
    }

    private static void measure(List<Step> steps) {
        steps.sort(BY_TIME);
        Map<String, Step> byId = HashMap.newHashMap(steps.size());
        long start = steps.getFirst().from;
        long end = 0;
        for (Step step : steps) {
            byId.put(step.id, step);
            end = step.depth == 0 ? Math.max(end, step.to) : end;
        }
        // The latest end of the children so far, by parent.
        Map<String, Long> reached = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            step.position = i + 1L;
            step.offset = step.from - start;
            step.share = share(step.to - step.from, end - start);
            Step parent = byId.get(step.parent);
            Long sibling = reached.get(step.parent);
            if (parent != null) {
                // Children may overlap each other and their parent's end; what they cover of the
                // parent is counted once.
                long free = Math.max(parent.from, sibling == null ? 0 : sibling);
                parent.covered +=
                        Math.max(0, Math.min(step.to, parent.to) - Math.max(step.from, free));
            }
            if (step.depth > 0 && (parent != null || sibling != null)) {
                step.gap =
                        Math.max(
                                0,
                                step.from
                                        - Math.max(
                                                parent == null ? 0 : parent.from,
                                                sibling == null ? 0 : sibling));
            }
            reached.merge(step.parent, step.to, Math::max);
        }
    }

    private static BigDecimal share(long part, long whole) {
        double share = whole <= 0 ? 0 : Math.min(1, (double) part / whole);
        return BigDecimal.valueOf(Math.round(share * SHARE_UNITS), SHARE_PLACES)
                .setScale(MONEY_PLACES);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
