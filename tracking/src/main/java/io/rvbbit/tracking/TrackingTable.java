package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Scan;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code tracking}: one row that says how the books themselves stand.
 *
 * <p>It stands in no store, so it can be read also while the store cannot. Threading: immutable.
 */
final class TrackingTable {
    static final String NAME = "tracking";

    private static final List<Entry> ENTRIES =
            List.of(
                    new Entry("store", TEXT, Books.Metrics::store),
                    new Entry("pending_events", BIGINT, Books.Metrics::depth),
                    new Entry("pending_since", TIMESTAMPTZ, Books.Metrics::since),
                    new Entry("pending_bytes", BIGINT, Books.Metrics::bytes),
                    new Entry("log_bytes", BIGINT, Books.Metrics::logBytes),
                    new Entry("stored_events", BIGINT, Books.Metrics::stored),
                    new Entry("stored_per_second", BIGINT, Books.Metrics::storedPerSecond),
                    new Entry("accepting_calls", BOOLEAN, metrics -> metrics.refusing().isEmpty()),
                    new Entry("refusing", TEXT, Books.Metrics::refusing),
                    new Entry("lost_events", BIGINT, Books.Metrics::lost),
                    new Entry("failures", BIGINT, Books.Metrics::failures),
                    new Entry("last_error", TEXT, Books.Metrics::lastError),
                    new Entry("last_error_at", TIMESTAMPTZ, Books.Metrics::lastErrorAt),
                    new Entry("transport", TEXT, metrics -> metrics.transport().name()),
                    new Entry("partitions", BIGINT, metrics -> metrics.transport().partitions()),
                    new Entry(
                            "unconsumed_events",
                            BIGINT,
                            metrics -> metrics.transport().unconsumed()));

    private record Entry(
            String name, BookType type, Function<Books.Metrics, @Nullable Object> value) {}

    private TrackingTable() {}

    /** An ordinary word, which clients may well use for tables of their own. */
    static BookTable table() {
        return new BookTable(
                NAME,
                ENTRIES.stream().map(entry -> new BookColumn(entry.name(), entry.type())).toList(),
                false);
    }

    static Scan scan(List<String> columns, Books.Metrics metrics) {
        @Nullable Object[] row =
                columns.stream().map(column -> entry(column).value().apply(metrics)).toArray();
        return new Scan() {
            private boolean read;

            @Override
            public @Nullable Object @Nullable [] next() {
                if (read) {
                    return null;
                }
                read = true;
                return row;
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }

    private static Entry entry(String column) {
        return ENTRIES.stream()
                .filter(entry -> entry.name().equals(column))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no column " + column + " in " + NAME));
    }
}
