package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store, and makes the waterfall of a caller or a trace itself.
 *
 * <p>A store needs windows and joins for it that take many times as long as its spans' reading, and
 * DuckDB does that for the spans of all callers. One of many traces, or of very many spans, is left
 * to the store, which need not have it in memory. Threading: any thread.
 */
final class WaterfallReader implements StoreReader {
    private static final String WATERFALL = "trace_waterfall";

    /** Conditions on these leave traces whole. */
    private static final Set<String> WHOLE = Set.of("caller_id", "trace_id");

    private final StoreReader store;
    private final InstantSource clock;
    private final int most;

    WaterfallReader(StoreReader store, InstantSource clock) {
        this(store, clock, 100_000);
    }

    /** {@code most}: how many spans may be held in memory. */
    WaterfallReader(StoreReader store, InstantSource clock, int most) {
        this.store = store;
        this.clock = clock;
        this.most = most;
    }

    @Override
    public List<BookTable> tables() {
        return store.tables();
    }

    @Override
    public Scan scan(
            String table,
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions) {
        List<Condition> whole =
                conditions.stream()
                        .filter(condition -> WHOLE.contains(condition.column()))
                        .toList();
        if (table.equals(WATERFALL) && !whole.isEmpty()) {
            List<String> read = new ArrayList<>(Waterfall.KEYS);
            List<Place> places = columns.stream().map(column -> Place.of(column, read)).toList();
            Waterfall waterfall = new Waterfall(clock.instant());
            if (fill(waterfall, read, userName, whole)) {
                return new Rows(waterfall.steps().iterator(), places);
            }
        }
        return store.scan(table, columns, userName, conditions);
    }

    /** Whether the spans are so few that the waterfall has them all. */
    private boolean fill(
            Waterfall waterfall,
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions) {
        int left = most;
        try (Scan spans = store.scan("trace_spans", columns, userName, conditions)) {
            for (@Nullable Object @Nullable [] row = spans.next();
                    row != null;
                    row = spans.next()) {
                if (left == 0) {
                    return false;
                }
                left--;
                waterfall.add(row);
            }
        }
        return true;
    }

    @Override
    public List<CallStatistics> statistics(String cascadeId) {
        return store.statistics(cascadeId);
    }

    @Override
    public void spending(Instant since, SpendingReader reader) {
        store.spending(since, reader);
    }

    /**
     * Where a column's value is.
     *
     * @param index in the span's row; -1 if it is made
     */
    private record Place(String column, int index) {
        static final Set<String> MADE =
                Set.of(
                        "position",
                        "offset_ms",
                        "duration_ms",
                        "self_ms",
                        "gap_before_ms",
                        "share_of_total");

        /** {@code read}: the columns of the span's row, to which the column is added. */
        static Place of(String column, List<String> read) {
            if (MADE.contains(column)) {
                return new Place(column, -1);
            }
            if (!read.contains(column)) {
                read.add(column);
            }
            return new Place(column, read.indexOf(column));
        }

        @Nullable Object value(Waterfall.Step step) {
            return index < 0 ? step.measure(column) : step.row()[index];
        }
    }

    /** What was made. */
    private record Rows(Iterator<Waterfall.Step> steps, List<Place> places) implements Scan {
        @Override
        public @Nullable Object @Nullable [] next() {
            if (!steps.hasNext()) {
                return null;
            }
            Waterfall.Step step = steps.next();
            @Nullable Object[] row = new @Nullable Object[places.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = places.get(i).value(step);
            }
            return row;
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
