package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookTables.Columns;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sums over the books that every store works out itself, so that few rows leave it.
 *
 * <p>Each begins with the user whose statements they are of. Threading: immutable.
 */
final class AnalyticsTables {
    static final List<BookTable> ALL =
            List.of(
                    new Columns()
                            .add(TEXT, "user_name")
                            .add(TIMESTAMPTZ, "hour_at")
                            .add(BIGINT, "calls", "tokens_in", "tokens_out")
                            .add(MONEY, "cost")
                            .add(BIGINT, "uncosted")
                            .open("spend_by_hour"),
                    new Columns()
                            .add(TEXT, "user_name")
                            .add(TIMESTAMPTZ, "day_at")
                            .add(BIGINT, "calls", "tokens_in", "tokens_out")
                            .add(MONEY, "cost")
                            .add(BIGINT, "uncosted")
                            .open("spend_by_day"),
                    new Columns()
                            .add(TEXT, "user_name", "cascade_id", "cell_name")
                            .add(BIGINT, "calls", "failed_calls", "tokens_in", "tokens_out")
                            .add(MONEY, "cost")
                            .add(BIGINT, "average_ms", "p95_ms")
                            .open("cost_by_cascade"),
                    new Columns()
                            .add(TEXT, "user_name", "provider", "model")
                            .add(BIGINT, "calls", "failed_calls", "tokens_in", "tokens_out")
                            .add(MONEY, "cost")
                            .add(BIGINT, "average_ms", "p95_ms")
                            .open("cost_by_model"),
                    new Columns()
                            .add(TEXT, "user_name", "query_fingerprint", "query_type")
                            .add(TEXT, "newest_query")
                            .add(BIGINT, "runs", "failed_runs", "calls", "cache_hits")
                            .add(MONEY, "cost", "dearest_run")
                            .add(BIGINT, "average_ms", "slowest_ms")
                            .add(TIMESTAMPTZ, "last_started_at")
                            .open("cost_by_statement"),
                    new Columns()
                            .add(TEXT, "user_name", "cascade_id", "provider", "model")
                            .add(BIGINT, "calls", "failed_calls", "uncosted")
                            .add(MONEY, "failure_rate")
                            .open("failure_rates"),
                    new Columns()
                            .add(TEXT, "user_name", "cascade_id")
                            .add(TIMESTAMPTZ, "day_at")
                            .add(BIGINT, "cache_hits", "saved_tokens_in", "saved_tokens_out")
                            .add(MONEY, "saved_cost", "paid_cost", "virtual_cost")
                            .open("cache_savings"));

    private AnalyticsTables() {}

    /** Whether the table begins with the user. */
    static boolean has(String table) {
        return Stream.concat(ALL.stream(), TraceTables.SUMS.stream())
                .anyMatch(view -> view.name().equals(table));
    }
}
