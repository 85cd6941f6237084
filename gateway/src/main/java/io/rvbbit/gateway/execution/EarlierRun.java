package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the books say of a statement's runs so far.
 *
 * @param runs how often it has run
 * @param rowsRead by the last of them; 0 where the books do not know
 * @param usage of all runs; unpriced where the books do not know
 * @param metadataJson which never changes
 */
record EarlierRun(
        CallerId caller,
        String status,
        int runs,
        long modelCalls,
        long cacheHits,
        long rowsRead,
        Usage usage,
        Instant startedAt,
        Duration duration,
        String metadataJson) {
    private static final List<String> COLUMNS =
            List.of(
                    "caller_id",
                    "status",
                    "attempts",
                    "llm_calls_count",
                    "cache_hits",
                    "total_tokens_in",
                    "total_tokens_out",
                    "total_cost",
                    "started_at",
                    "duration_ms",
                    "invocation_metadata_json",
                    "rows_input");

    /** Empty if the books have no row of it: a server that is killed takes its newest along. */
    static Optional<EarlierRun> of(BookReader books, CallerId caller) {
        try (Scan scan = books.scan("sql_query_log", COLUMNS)) {
            for (@Nullable Object[] row = scan.next(); row != null; row = scan.next()) {
                if (caller.value().equals(row[0])) {
                    return Optional.of(read(caller, row));
                }
            }
            return Optional.empty();
        }
    }

    private static EarlierRun read(CallerId caller, @Nullable Object[] row) {
        return new EarlierRun(
                caller,
                String.valueOf(row[1]),
                (int) number(row[2]),
                number(row[3]),
                number(row[4]),
                number(row[11]),
                row[7] instanceof BigDecimal cost
                        ? new Usage(number(row[5]), number(row[6]), cost)
                        : Usage.unpriced(number(row[5]), number(row[6])),
                row[8] instanceof Instant at ? at : Instant.EPOCH,
                Duration.ofMillis(number(row[9])),
                String.valueOf(row[10]));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number known ? known.longValue() : 0;
    }

    /** Whether its last run had all of its rows, some of them failed at most. */
    boolean hadAllRows() {
        return isComplete() || status.equals("partial");
    }

    /** Whether nothing is left to be done. */
    boolean isComplete() {
        return status.equals("completed");
    }
}
