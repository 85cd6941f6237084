package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import io.rvbbit.tracking.retention.RetentionWorker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is removed from ClickHouse (26.7 engine behind a test front) is what is from DuckDB. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseRetentionIT {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private ClickHouseServer server;
    private TwoStores stores;
    private Path directory;

    @BeforeAll
    void start() {
        server = ClickHouseServer.start();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void stores_of_four_callers(@TempDir Path directory) throws Exception {
        this.directory = directory;
        stores = new TwoStores(server, directory);
        stores.store(sink -> {
            tell(sink, "ann", 100).statementEnds(2, Story.usage(2, 4, "0.75"));
            tell(sink, "bob", 45).statementEnds(2, Story.usage(2, 4, "0.75"));
            tell(sink, "cid", 20).statementEnds(2, Story.usage(2, 4, "0.75"));
            Story _ = tell(sink, "dot", 100);
        });
    }

    @AfterEach
    void close() throws Exception {
        stores.close();
    }

    private static Story tell(EventSink sink, String name, int daysAgo) {
        Story story =
                new Story(
                        sink,
                        "sql-clever-fox-" + name + "123",
                        NOW.minus(daysAgo, ChronoUnit.DAYS));
        story.statement("q", name);
        story.row("udf-merry-owl-" + name + "1", 0, Story.usage(1, 2, "0.5"));
        story.row("udf-merry-owl-" + name + "2", 1, Story.usage(1, 2, "0.25"));
        return story;
    }

    private static RetentionPolicy policy(Map<RetainedTable, Integer> days, @Nullable Path export) {
        return new RetentionPolicy(true, days, Optional.ofNullable(export), Duration.ofDays(1));
    }

    private void sameRows() {
        for (BookTable table : BookTables.OF_EVENTS) {
            assertThat(TwoStores.rows(stores.clickHouseReader(), table, null))
                    .as(table.name())
                    .isEqualTo(TwoStores.rows(stores.duckDbReader(), table, null));
        }
    }

    private RetentionWorker worker(boolean clickHouse, RetentionPolicy policy) {
        return new RetentionWorker(
                clickHouse ? stores.clickHouseRetention() : stores.duckDbRetention(),
                policy,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void the_same_rows_go() throws Exception {
        List<String> rollup = stores.ask("SELECT caller_id, cost FROM caller_totals ORDER BY 1");
        RetentionWorker clickHouse = worker(true, RetentionPolicy.DEFAULT);
        RetentionWorker duckDb = worker(false, RetentionPolicy.DEFAULT);

        // Not as a whole, which also tells the server: that removes rows by itself.
        for (Map.Entry<RetainedTable, Integer> table :
                Map.of(
                                RetainedTable.BODIES, 10,
                                RetainedTable.SESSION_STATE, 60)
                        .entrySet()) {
            assertThat(clickHouse.run(table.getKey(), table.getValue()))
                    .as(table.getKey().tableName())
                    .isPositive()
                    .isEqualTo(duckDb.run(table.getKey(), table.getValue()));
            sameRows();
            assertThat(clickHouse.run(table.getKey(), table.getValue())).isZero();
        }
        assertThat(clickHouse.run(RetainedTable.UNIFIED_LOGS, 30))
                .isPositive()
                .isEqualTo(duckDb.run(RetainedTable.UNIFIED_LOGS, 30));
        sameRows();
        assertThat(stores.ask("SELECT DISTINCT caller_id FROM unified_logs ORDER BY 1"))
                .containsExactly("sql-clever-fox-cid123", "sql-clever-fox-dot123");
        assertThat(stores.ask("SELECT caller_id, cost FROM caller_totals ORDER BY 1"))
                .isEqualTo(rollup);
        assertThat(clickHouse.run(RetainedTable.SQL_QUERY_LOG, 30))
                .isEqualTo(duckDb.run(RetainedTable.SQL_QUERY_LOG, 30))
                .isEqualTo(2);
        assertThat(stores.ask("SELECT caller_id FROM sql_query_log ORDER BY 1"))
                .containsExactly("sql-clever-fox-cid123", "sql-clever-fox-dot123");
    }

    @Test
    void what_goes_is_exported_before() throws Exception {
        Path exports = directory.resolve("exports");
        long rows = Long.parseLong(stores.ask("SELECT count() FROM unified_logs").getFirst());

        long removed = worker(true, policy(Map.of(RetainedTable.UNIFIED_LOGS, 30), exports)).run();

        String file = exports + "/*/*.parquet";
        assertThat(removed).isPositive();
        assertThat(parquet("SELECT count(*) FROM '" + exports + "/unified_logs/*.parquet'"))
                .isEqualTo(
                        rows
                                - Long.parseLong(
                                        stores.ask("SELECT count() FROM unified_logs").getFirst()));
        assertThat(parquet("SELECT sum(attempt_cost) * 100 FROM '" + file + "'")).isEqualTo(150);
    }

    /** With the least bound of a day's rows every slice is an hour. */
    @Test
    void every_table_can_be_exported_and_removed_by_the_hour() throws Exception {
        Map<RetainedTable, String> single =
                Map.of(
                        RetainedTable.ESTIMATES, "estimate (caller_id, estimated_at)",
                        RetainedTable.AI_FALLBACK_EVENTS, "ai_fallback_events (ulid, ts)",
                        RetainedTable.TRACE_SPANS, "trace_spans (span_id, started_at)",
                        RetainedTable.CALLS_COMPLETE, "call_whole (id, started_at)");
        for (String into : single.values()) {
            for (String when :
                    List.of("2026-08-01T13:20:00", "2026-08-01T15:20:00", "2026-11-20T01:02:03")) {
                stores.execute(
                        "INSERT INTO %1$s VALUES ('%2$s', parseDateTime64BestEffort('%2$s', 6, 'UTC'))"
                                .formatted(into, when));
            }
        }
        Path exports = directory.resolve("exports");
        RetentionWorker worker =
                new RetentionWorker(
                        stores.clickHouseRetention(),
                        policy(Map.of(), exports),
                        Clock.fixed(NOW, ZoneOffset.UTC),
                        Duration.ZERO,
                        0);

        // The last first: bodies are found only while their rows are there.
        for (RetainedTable table : List.of(RetainedTable.values()).reversed()) {
            long removed = worker.run(table, 30);

            assertThat(removed).as(table.tableName()).isPositive();
            assertThat(worker.run(table, 30)).as(table.tableName()).isZero();
            assertThat(
                            parquet(
                                    "SELECT count(*) FROM '%s/%s/*T??.parquet'"
                                            .formatted(exports, table.tableName())))
                    .as(table.tableName())
                    .isEqualTo(removed);
            if (single.containsKey(table)) {
                assertThat(removed).isEqualTo(2);
                assertThat(exports.resolve(table.tableName()))
                        .isDirectoryContaining("glob:**/2026-08-01T13.parquet")
                        .isDirectoryContaining("glob:**/2026-08-01T15.parquet");
                assertThat(stores.count(single.get(table).replaceAll(" .*", ""))).isEqualTo(1);
            }
        }
    }

    /** A query has 256 kB at most, and a deletion must name the statements that run. */
    @Test
    void thousands_of_statements_that_run_stop_nothing_that_is_older() throws Exception {
        stores.execute(
                """
                INSERT INTO statement_log (caller_id, status, started_at)
                SELECT concat('sql-clever-fox-', leftPad(toString(number), 8, '0')), 'running',
                    parseDateTime64BestEffort('2026-10-03T12:00:00', 6, 'UTC')
                FROM numbers(9000)\
                """);
        String callers = "SELECT DISTINCT caller_id FROM unified_logs ORDER BY 1";

        assertThat(worker(true, RetentionPolicy.DEFAULT).run(RetainedTable.UNIFIED_LOGS, 30))
                .isPositive();

        assertThat(stores.ask(callers))
                .as("dot runs since then, and bob began when thousands did that still run")
                .containsExactly(
                        "sql-clever-fox-bob123", "sql-clever-fox-cid123", "sql-clever-fox-dot123");
    }

    @Test
    void rows_that_come_late_are_exported_or_stay() throws Exception {
        int late = 60;
        Path exports = directory.resolve("exports");
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        Thread teller =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int i = 0; i < late; i++) {
                                    stores.execute(
                                            "INSERT INTO trace_spans (span_id, started_at) VALUES ('s%d', parseDateTime64BestEffort('2026-08-01T13:20:00', 6, 'UTC'))"
                                                    .formatted(i));
                                }
                            } catch (SQLException e) {
                                failed.set(e);
                            }
                        });
        RetentionWorker worker = worker(true, policy(Map.of(), exports));
        while (teller.isAlive()) {
            try {
                long _ = worker.run(RetainedTable.TRACE_SPANS, 30);
            } catch (SQLException merged) {
                assertThat(merged.getSQLState()).as("%s", merged).isEqualTo("40001");
            }
        }
        teller.join();
        assertThat(failed.get()).isNull();
        long _ = worker.run(RetainedTable.TRACE_SPANS, 30);

        assertThat(stores.count("trace_spans")).isZero();
        assertThat(
                        parquet(
                                "SELECT count(DISTINCT span_id) FROM '%s/trace_spans/*.parquet'"
                                        .formatted(exports)))
                .isEqualTo(late);
    }

    private static long parquet(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void the_server_itself_is_told_how_long_and_no_more_once_there_is_an_export() throws Exception {
        String ttl =
                "SELECT countSubstrings(create_table_query, 'TTL') FROM system.tables"
                        + " WHERE database = currentDatabase() AND name = '%s'";
        Map<RetainedTable, Integer> days =
                Map.of(RetainedTable.TRACE_SPANS, 7, RetainedTable.BODIES, 9);

        for (int i = 0; i < 2; i++) {
            worker(true, policy(days, null)).run();
            assertThat(stores.ask(ttl.formatted("trace_spans"))).containsExactly("1");
            assertThat(stores.ask(ttl.formatted("unified_logs"))).containsExactly("2");
        }
        assertThat(stores.ask("SHOW CREATE TABLE trace_spans").getFirst())
                .contains("ttl todatetime(started_at) + tointervalday(7)");

        worker(true, policy(Map.of(RetainedTable.TRACE_SPANS, 8), null)).run();
        assertThat(stores.ask("SHOW CREATE TABLE trace_spans").getFirst())
                .contains("tointervalday(8)");

        worker(true, policy(days, directory.resolve("exports"))).run();
        assertThat(stores.ask(ttl.formatted("trace_spans"))).containsExactly("0");
        assertThat(stores.ask(ttl.formatted("unified_logs"))).containsExactly("0");
    }
}
