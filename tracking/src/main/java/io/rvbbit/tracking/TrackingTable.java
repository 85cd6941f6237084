package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.Books.Metrics;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code tracking}: one row that says how the books themselves stand. Threading:
 * immutable.
 */
final class TrackingTable {
    static final StateTable<Metrics> TABLE =
            new StateTable<>(
                    "tracking",
                    List.of(
                            entry("store", TEXT, Metrics::store),
                            entry("pending_events", BIGINT, Metrics::depth),
                            entry("pending_since", TIMESTAMPTZ, Metrics::since),
                            entry("pending_bytes", BIGINT, Metrics::bytes),
                            entry("log_bytes", BIGINT, Metrics::logBytes),
                            entry("log_limit_bytes", BIGINT, Metrics::bound),
                            entry("stored_events", BIGINT, Metrics::stored),
                            entry("stored_per_second", BIGINT, Metrics::storedPerSecond),
                            entry("accepting_calls", BOOLEAN, state -> state.refusing().isEmpty()),
                            entry("refusing", TEXT, Metrics::refusing),
                            entry("waiting", BIGINT, Metrics::waiting),
                            entry("lost_events", BIGINT, Metrics::lost),
                            entry("failures", BIGINT, Metrics::failures),
                            entry("last_error", TEXT, Metrics::lastError),
                            entry("last_error_at", TIMESTAMPTZ, Metrics::lastErrorAt),
                            entry("away_since", TIMESTAMPTZ, Metrics::away),
                            entry("transport", TEXT, state -> state.transport().name()),
                            entry("partitions", BIGINT, state -> state.transport().partitions()),
                            entry(
                                    "unconsumed_events",
                                    BIGINT,
                                    state -> state.transport().unconsumed()),
                            entry(
                                    "rejected_events",
                                    BIGINT,
                                    state -> state.transport().rejected())));

    private TrackingTable() {}

    private static StateTable.Entry<Metrics> entry(
            String name, BookType type, Function<Metrics, @Nullable Object> value) {
        return new StateTable.Entry<>(name, type, value);
    }
}
