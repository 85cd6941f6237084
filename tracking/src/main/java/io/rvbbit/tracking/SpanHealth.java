package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code trace_spans_health}, to which the spans are added that still run.
 *
 * <p>How long spans take, and what text they have, is told of those that have ended. Threading: one
 * thread.
 */
final class SpanHealth {
    static final String TABLE = "trace_spans_health";

    private static final List<String> COLUMNS =
            BookTables.table(TABLE).columns().stream().map(BookReader.BookColumn::name).toList();

    private final List<String> wanted;
    private final Map<String, Map<String, @Nullable Object>> users = new LinkedHashMap<>();

    SpanHealth(List<String> wanted) {
        this.wanted = List.copyOf(wanted);
    }

    /** The columns that are needed of the store. */
    List<String> read() {
        return COLUMNS;
    }

    /** A row of the store, with the columns of {@link #read}. */
    void stored(@Nullable Object[] row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < row.length; i++) {
            values.put(COLUMNS.get(i), row[i]);
        }
        users.put(String.valueOf(values.get("user_name")), values);
    }

    /** {@code storedTraces}: those of the spans' traces that the store has counted. */
    void running(List<RunningSpan> spans, List<String> storedTraces, Instant now) {
        Set<String> counted = new HashSet<>(storedTraces);
        for (RunningSpan span : spans) {
            Map<String, @Nullable Object> row =
                    users.computeIfAbsent(span.userName(), SpanHealth::empty);
            Duration ago = Duration.between(span.startedAt(), now);
            count(row, "spans", true);
            count(row, "traces", counted.add(span.traceId()));
            count(row, "spans_last_hour", ago.compareTo(Duration.ofHours(1)) < 0);
            count(row, "spans_last_day", ago.compareTo(Duration.ofDays(1)) < 0);
            count(row, "running_spans", true);
            Instant start = span.startedAt();
            if (!(row.get("oldest_at") instanceof Instant oldest) || start.isBefore(oldest)) {
                row.put("oldest_at", start);
            }
            if (!(row.get("newest_at") instanceof Instant newest) || start.isAfter(newest)) {
                row.put("newest_at", start);
            }
        }
    }

    private static Map<String, @Nullable Object> empty(String user) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (BookReader.BookColumn column : table().columns()) {
            row.put(
                    column.name(),
                    switch (column.type()) {
                        case TEXT -> user;
                        case BIGINT -> 0L;
                        case UUID, INTEGER, BOOLEAN, TIMESTAMPTZ, MONEY -> null;
                    });
        }
        return row;
    }

    private static BookTable table() {
        return BookTables.table(TABLE);
    }

    private static void count(Map<String, @Nullable Object> row, String column, boolean counts) {
        if (counts) {
            row.put(column, (row.get(column) instanceof Long number ? number : 0) + 1);
        }
    }

    Scan rows() {
        Iterator<Map<String, @Nullable Object>> rows = users.values().iterator();
        return new Scan() {
            @Override
            public @Nullable Object @Nullable [] next() {
                if (!rows.hasNext()) {
                    return null;
                }
                Map<String, @Nullable Object> row = rows.next();
                @Nullable Object[] values = new @Nullable Object[wanted.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = row.get(wanted.get(i));
                }
                return values;
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }
}
