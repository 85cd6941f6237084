package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.retention.ExportFile;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import io.rvbbit.tracking.retention.RetentionStore;
import io.rvbbit.tracking.retention.RetentionWorker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker that removes old rows: its schedule, its slices and its end. */
class RetentionWorkerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path directory;

    @Test
    void it_is_done_by_itself_after_the_start() {
        try (DuckDbFile file = new DuckDbFile(directory.resolve("books.duckdb"))) {
            DuckDbEventStore store = new DuckDbEventStore(file);
            try {
                store.open();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            try (RetentionWorker worker =
                    new RetentionWorker(
                            new DuckDbRetention(file),
                            RetentionPolicy.DEFAULT,
                            Clock.fixed(NOW, ZoneOffset.UTC),
                            Duration.ZERO,
                            1_000_000)) {
                worker.start();
                while (worker.outcomes().stream()
                        .noneMatch(outcome ->
                                outcome.table() == RetainedTable.TRACE_SPANS
                                        && NOW.equals(outcome.lastRun()))) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            store.close();
        }
    }

    @Test
    void a_day_of_many_rows_is_exported_by_the_hour() throws Exception {
        Path exports = directory.resolve("exports");
        try (DuckDbFile file =
                new DuckDbFile(directory.resolve("books.duckdb"), Optional.of(exports))) {
            DuckDbEventStore store = new DuckDbEventStore(file);
            store.open();
            try (DuckDbTransactions transactions = new DuckDbTransactions(file)) {
                long _ =
                        transactions.transact(sql ->
                                sql.execute(
                                        """
                                        INSERT INTO trace_spans BY NAME
                                        SELECT CAST(i AS VARCHAR) AS span_id, '' AS trace_id, '' AS parent_span_id,
                                            '' AS caller_id, '' AS session_id, '' AS execution_id, '' AS service,
                                            '' AS operation, '' AS status, '' AS model_id, '' AS provider, '' AS region,
                                            '' AS metadata, '' AS error_message, '' AS error_type,
                                            TIMESTAMPTZ '2026-08-01 10:00:00+00' + to_minutes(i * 20) AS started_at,
                                            now() AS created_at
                                        FROM range(9) r(i)\
                                        """));
            }
            try (RetentionWorker worker =
                    new RetentionWorker(
                            new DuckDbRetention(file),
                            new RetentionPolicy(
                                    true, Map.of(), Optional.of(exports), Duration.ofDays(1)),
                            Clock.fixed(NOW, ZoneOffset.UTC),
                            Duration.ZERO,
                            4)) {
                assertThat(worker.run(RetainedTable.TRACE_SPANS, 30)).isEqualTo(9);
            }
            store.close();
        }

        // With three left of nine the day is no longer one of many rows.
        assertThat(exports.resolve("trace_spans"))
                .isDirectoryContaining("glob:**/2026-08-01T10.parquet")
                .isDirectoryContaining("glob:**/2026-08-01T11.parquet")
                .isDirectoryContaining("glob:**/2026-08-01.parquet");
    }

    @Test
    void closing_ends_what_is_being_removed() throws Exception {
        var begun = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var store =
                new RetentionStore() {
                    @Override
                    public void prepare(RetentionPolicy policy) {}

                    @Override
                    public Optional<Instant> oldest(RetainedTable table, Instant before) {
                        return Optional.of(NOW.minus(100, ChronoUnit.DAYS));
                    }

                    @Override
                    public long count(RetainedTable table, Instant from, Instant before) {
                        return 1;
                    }

                    @Override
                    public long remove(
                            RetainedTable table,
                            Instant from,
                            Instant before,
                            @Nullable ExportFile file)
                            throws SQLException {
                        begun.countDown();
                        try {
                            cancelled.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        throw new SQLException("cancelled");
                    }

                    @Override
                    public void cancel() {
                        if (begun.getCount() == 0) {
                            cancelled.countDown();
                        }
                    }

                    @Override
                    public void close() {
                        assertThat(cancelled.getCount()).isZero();
                    }
                };
        RetentionWorker worker =
                new RetentionWorker(
                        store,
                        RetentionPolicy.DEFAULT,
                        Clock.fixed(NOW, ZoneOffset.UTC),
                        Duration.ZERO,
                        1_000_000);
        worker.start();
        begun.await();

        worker.close();

        assertThat(worker.outcomes())
                .filteredOn(outcome -> outcome.table() == RetainedTable.BODIES)
                .extracting(RetentionWorker.Outcome::lastError)
                .containsExactly("cancelled");
    }

    @Test
    void what_the_embedded_store_is_at_can_be_cancelled() throws Exception {
        try (DuckDbFile file = new DuckDbFile(directory.resolve("books.duckdb"));
                DuckDbTransactions transactions = new DuckDbTransactions(file)) {
            var failure = new AtomicReference<@Nullable SQLException>();
            Thread working =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    long _ =
                                            transactions.transact(sql ->
                                                    sql.execute(
                                                            "CREATE TABLE t AS SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(10000000) b"));
                                } catch (SQLException e) {
                                    failure.set(e);
                                }
                            });
            while (working.isAlive()) {
                transactions.cancel();
                LockSupport.parkNanos(1_000_000);
            }

            assertThat(String.valueOf(failure.get())).contains("INTERRUPT");
            assertThat(transactions.<long[]>transact(sql -> sql.numbers("SELECT 1")))
                    .containsExactly(1);
        }
    }
}
