package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    private static final String SPANS = "trace_spans";
    private static final String CALLER = "caller_id";

    private final StoreReader store;
    private final RunningSpans running;
    private final InstantSource clock;
    private final int most;

    /** {@code store}: its spans are also those that run, its waterfall is of those that ended. */
    WaterfallReader(StoreReader store, RunningSpans running, InstantSource clock) {
        this(store, running, clock, 100_000);
    }

    /** {@code most}: how many spans may be held in memory. */
    WaterfallReader(StoreReader store, RunningSpans running, InstantSource clock, int most) {
        this.store = store;
        this.running = running;
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
        if (!table.equals(WATERFALL)) {
            return store.scan(table, columns, userName, conditions);
        }
        if (whole.isEmpty()) {
            return everybodys(columns, userName, conditions);
        }
        Optional<Scan> made = made(columns, userName, whole);
        return made.isPresent() ? made.get() : beyond(columns, userName, conditions, whole);
    }

    /** Empty if there are too many spans for it. */
    private Optional<Scan> made(
            List<String> columns, @Nullable String userName, List<Condition> conditions) {
        List<String> read = new ArrayList<>(Waterfall.KEYS);
        List<Place> places = columns.stream().map(column -> Place.of(column, read)).toList();
        Waterfall waterfall = new Waterfall(clock.instant());
        return fill(waterfall, read, userName, conditions)
                ? Optional.of(new Rows(waterfall.steps().iterator(), places))
                : Optional.empty();
    }

    /** As the store makes it, but for statements that run: of those it does not know all. */
    private Scan everybodys(
            List<String> columns, @Nullable String userName, List<Condition> conditions) {
        Set<String> callers =
                running.of(userName).stream()
                        .map(RunningSpan::callerId)
                        .collect(Collectors.toUnmodifiableSet());
        if (callers.isEmpty()) {
            return store.scan(WATERFALL, columns, userName, conditions);
        }
        List<Condition> theirs = List.of(new Condition(CALLER, "=", List.copyOf(callers)));
        List<String> read = new ArrayList<>(columns);
        read.add(CALLER);
        Optional<Scan> made = made(columns, userName, theirs);
        return made.isPresent()
                ? new Joined(
                        new Others(
                                store.scan(WATERFALL, read, userName, conditions),
                                callers,
                                columns.size()),
                        made.get())
                : beyond(columns, userName, conditions, theirs);
    }

    /**
     * Where there are too many spans, those that run have a waterfall of their own: what contains
     * one of them runs, too.
     */
    private Scan beyond(
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions,
            List<Condition> whole) {
        Scan ended = store.scan(WATERFALL, columns, userName, conditions);
        if (running.of(userName).isEmpty()) {
            return ended;
        }
        List<Condition> still = new ArrayList<>(whole);
        still.add(new Condition("status", "=", List.of("running")));
        return made(columns, userName, still)
                .<Scan>map(runs -> new Joined(ended, runs))
                .orElse(ended);
    }

    /** Whether the spans are so few that the waterfall has them all. */
    private boolean fill(
            Waterfall waterfall,
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions) {
        int left = most;
        try (Scan spans = store.scan(SPANS, columns, userName, conditions)) {
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

    /** One after the other. */
    private static final class Joined implements Scan {
        private final Scan first;
        private final Scan second;
        private boolean over;

        Joined(Scan first, Scan second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public @Nullable Object @Nullable [] next() {
            @Nullable Object @Nullable [] row = over ? null : first.next();
            over = row == null;
            return over ? second.next() : row;
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /**
     * Rows of other callers.
     *
     * @param width how many of a row's columns are wanted; the caller is behind them
     */
    private record Others(Scan all, Set<String> callers, int width) implements Scan {
        @Override
        public @Nullable Object @Nullable [] next() {
            @Nullable Object @Nullable [] row = all.next();
            while (row != null && callers.contains(String.valueOf(row[width]))) {
                row = all.next();
            }
            return row == null ? null : Arrays.copyOf(row, width);
        }

        @Override
        public void close() {
            all.close();
        }
    }
}
