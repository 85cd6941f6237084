package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store, and beside its spans those that still run.
 *
 * <p>What runs is looked at before the store is read, so that what ends meanwhile is found once: by
 * its id in the store. Threading: any thread.
 */
final class RunningSpanReader implements StoreReader {
    private static final String SPANS = "trace_spans";

    private final StoreReader store;
    private final RunningSpans running;
    private final InstantSource clock;

    RunningSpanReader(StoreReader store, RunningSpans running, InstantSource clock) {
        this.store = store;
        this.running = running;
        this.clock = clock;
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
        return switch (table) {
            case SPANS -> spans(columns, userName, conditions);
            case SpanHealth.TABLE -> health(columns, userName, conditions);
            default -> store.scan(table, columns, userName, conditions);
        };
    }

    private Scan spans(
            List<String> columns, @Nullable String userName, List<Condition> conditions) {
        Map<String, RunningSpan> left = new LinkedHashMap<>();
        for (RunningSpan span : running.of(userName)) {
            if (conditions.stream().allMatch(condition -> meets(span, condition))) {
                left.put(span.spanId(), span);
            }
        }
        if (left.isEmpty()) {
            return store.scan(SPANS, columns, userName, conditions);
        }
        List<String> read = new ArrayList<>(columns);
        if (!read.contains("span_id")) {
            read.add("span_id");
        }
        List<SpanColumn> wanted =
                columns.stream()
                        .map(name -> SpanColumn.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList();
        return new Spans(
                store.scan(SPANS, read, userName, conditions),
                read.indexOf("span_id"),
                wanted,
                left,
                clock.instant());
    }

    /** Of what a condition says of other columns the reader takes care. */
    private static boolean meets(RunningSpan span, Condition condition) {
        SpanColumn column = SpanColumn.valueOf(condition.column().toUpperCase(Locale.ROOT));
        return !condition.operator().equals("=")
                || !(span.value(column, Instant.EPOCH) instanceof String text)
                || condition.values().contains(text);
    }

    private Scan health(
            List<String> columns, @Nullable String userName, List<Condition> conditions) {
        List<RunningSpan> spans = running.of(userName);
        if (spans.isEmpty()) {
            return store.scan(SpanHealth.TABLE, columns, userName, conditions);
        }
        SpanHealth health = new SpanHealth(columns);
        // Sums that change must not be left out by what they were.
        try (Scan stored = store.scan(SpanHealth.TABLE, health.read(), userName, List.of())) {
            for (@Nullable Object @Nullable [] row = stored.next();
                    row != null;
                    row = stored.next()) {
                health.stored(row);
            }
        }
        health.running(spans, storedTraces(spans, userName), clock.instant());
        return health.rows();
    }

    /** Which of the traces have spans that have ended. */
    private List<String> storedTraces(List<RunningSpan> spans, @Nullable String userName) {
        List<String> callers = spans.stream().map(RunningSpan::callerId).distinct().toList();
        List<String> traces = new ArrayList<>();
        try (Scan stored =
                store.scan(
                        SPANS,
                        List.of("trace_id"),
                        userName,
                        List.of(new Condition("caller_id", "=", callers)))) {
            for (@Nullable Object @Nullable [] row = stored.next();
                    row != null;
                    row = stored.next()) {
                if (row[0] instanceof String trace) {
                    traces.add(trace);
                }
            }
        }
        return traces.stream().distinct().toList();
    }

    @Override
    public List<CallStatistics> statistics(String cascadeId) {
        return store.statistics(cascadeId);
    }

    @Override
    public void spending(Instant since, SpendingReader reader) {
        store.spending(since, reader);
    }

    /** The store's rows, then what is left of those that run. */
    private static final class Spans implements Scan {
        private final Scan stored;
        private final int id;
        private final List<SpanColumn> columns;
        private final Map<String, RunningSpan> left;
        private final Instant now;
        private @Nullable Iterator<RunningSpan> running;

        Spans(
                Scan stored,
                int id,
                List<SpanColumn> columns,
                Map<String, RunningSpan> left,
                Instant now) {
            this.stored = stored;
            this.id = id;
            this.columns = columns;
            this.left = left;
            this.now = now;
        }

        @Override
        public @Nullable Object @Nullable [] next() {
            Iterator<RunningSpan> spans = running;
            if (spans == null) {
                @Nullable Object @Nullable [] row = stored.next();
                if (row != null) {
                    var _ = left.remove(String.valueOf(row[id]));
                    return row.length == columns.size() ? row : Arrays.copyOf(row, columns.size());
                }
                spans = left.values().iterator();
                running = spans;
            }
            return spans.hasNext() ? row(spans.next()) : null;
        }

        private @Nullable Object[] row(RunningSpan span) {
            @Nullable Object[] row = new @Nullable Object[columns.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = span.value(columns.get(i), now);
            }
            return row;
        }

        @Override
        public void close() {
            stored.close();
        }
    }
}
