package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.DISK_FULL;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SmallDisk;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file system that has all of the server's data is full: nothing that was accepted is lost, and
 * when there is room again everything goes on.
 */
@Timeout(240)
class DiskFullIT {
    private static final int MEGABYTES = 400;

    /** All calls together take longer than the disk takes to be full. */
    private static final Duration LONGER_THAN_FILLING = Duration.ofMillis(100);

    private static TestGateway gateway(SmallDisk disk, String maxStall) {
        Map<String, String> environment = new HashMap<>();
        environment.put("RVBBIT_DATA", disk.root().resolve("data").toString());
        environment.put("RVBBIT_TRACKING_MAX_STALL", maxStall);
        return TestGateway.withStub(environment);
    }

    /** Each row has 40 kB that are kept with it. */
    private static String map(String name, int rows) {
        return "RVBBIT MAP 'first_word' USING (SELECT '%s' || i AS text, i || repeat('k', 40000) AS k FROM range(%d) r(i)) WITH (key = 'k')"
                .formatted(name, rows);
    }

    /** What the model was paid for is on the books, once and whole. */
    private static void expectExact(SqlSession sql, TestGateway gateway) {
        BigDecimal bill = gateway.model().bill().sum().costUsd();
        long calls = gateway.model().calls();
        assertThat(sql.decimal("SELECT sum(cost) FROM all_data")).isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(total_cost) FROM sql_query_log"))
                .isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(cost) FROM calls_complete")).isEqualByComparingTo(bill);
        sql.query(
                        """
                        SELECT count(*) FILTER (event_type = 'turn_start') AS sent,
                            count(*) FILTER (event_type IN ('turn_complete', 'turn_error')) AS ended,
                            count(*) - count(DISTINCT message_id) AS twice
                        FROM all_data\
                        """)
                .returns("sent | ended | twice\n%d | %1$d | 0".formatted(calls));
        sql.query("SELECT lost_events AS lost, accepting_calls AS open FROM rvbbit.tracking")
                .returns("lost | open\n0 | t");
    }

    @Test
    void statements_that_would_spend_are_refused_until_there_is_room(@TempDir Path directory)
            throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory, MEGABYTES);
                TestGateway gateway = gateway(disk, "200ms");
                SqlSession sql = gateway.session()) {
            sql.query(map("before", 5)).returnsRows(5);
            disk.fill();

            for (int i = 0; i < 3; i++) {
                sql.query(map("n" + i, 500)).fails(DISK_FULL);
            }
            sql.query("CREATE TABLE big AS SELECT i, md5(i::TEXT) AS h FROM range(1000000) r(i)")
                    .fails(DISK_FULL);
            sql.query("SELECT 1 AS one").returns("one\n1");
            assertThat(gateway.model().calls()).isEqualTo(5);
            disk.free();

            Waiting.until(sql, "SELECT accepting_calls FROM rvbbit.tracking", "t");
            sql.query(map("after", 5)).returnsRows(5);
            sql.execute("CREATE TABLE small AS SELECT 1 AS i");
            expectExact(sql, gateway);
        }
    }

    @Test
    void a_map_that_runs_ends_after_the_longest_stall_and_is_resumed(@TempDir Path directory)
            throws Exception {
        int rows = 400;
        int parallel = 16;
        try (SmallDisk disk = SmallDisk.mount(directory, MEGABYTES);
                TestGateway gateway = gateway(disk, "300ms");
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session();
                Statement statement = background.connection().createStatement()) {
            gateway.model().latency(LONGER_THAN_FILLING);
            CompletableFuture<Integer> running = rows(statement, map("m", rows));
            gateway.model().awaitCalls(40);
            disk.fill();
            assertThat(running)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withStackTraceContaining("make room");
            assertThat(told(statement)).hasSize(1);
            disk.free();

            Waiting.until(sql, "SELECT accepting_calls FROM rvbbit.tracking", "t");
            String stopped = sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'error'");
            expectExact(sql, gateway);
            sql.query("RVBBIT RESUME '" + stopped + "'").returnsRows(rows);
            assertThat(gateway.model().calls()).isBetween((long) rows, (long) rows + parallel);
            expectExact(sql, gateway);
        }
    }

    private static CompletableFuture<Integer> rows(Statement statement, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try (ResultSet rows = statement.executeQuery(sql)) {
                int count = 0;
                while (rows.next()) {
                    count++;
                }
                return count;
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static List<String> told(Statement statement) throws SQLException {
        return SqlSession.warnings(statement).stream()
                .map(SQLWarning::getMessage)
                .filter(text -> text.contains("waits for room"))
                .toList();
    }

    @Test
    void a_map_that_runs_waits_says_so_and_loses_nothing(@TempDir Path directory) throws Exception {
        int rows = 400;
        try (SmallDisk disk = SmallDisk.mount(directory, MEGABYTES);
                TestGateway gateway = gateway(disk, "100s");
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session();
                Statement statement = background.connection().createStatement()) {
            gateway.model().latency(LONGER_THAN_FILLING);
            CompletableFuture<Integer> running = rows(statement, map("m", rows));
            gateway.model().awaitCalls(40);
            disk.fill();
            while (told(statement).isEmpty() && !running.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(running).isNotDone();
            disk.free();

            assertThat(running.join()).isEqualTo(rows);
            assertThat(told(statement)).hasSize(1);
            assertThat(gateway.model().calls()).isEqualTo(rows);
            expectExact(sql, gateway);
        }
    }
}
