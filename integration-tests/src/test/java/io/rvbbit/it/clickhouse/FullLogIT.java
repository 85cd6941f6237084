package io.rvbbit.it.clickhouse;

import static io.rvbbit.rewriter.SqlState.DISK_FULL;
import static io.rvbbit.rewriter.SqlState.SYNTAX_ERROR;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlAssert;
import io.rvbbit.it.testkit.SqlFailure;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * ClickHouse (26.7 engine behind a test front) is away until the event log is full: everything that
 * would begin waits and says so, and in the end nothing is missing.
 */
@Timeout(240)
class FullLogIT {
    private static final String DATABASE = "books";

    /** What may be recorded beyond the bound: ends, and what passed while the log got full. */
    private static final long RESERVE = 2_000_000;

    private static final String NOT_BOOKED =
            "the statement is not on the books: the event log is full: ";

    private static final String WARNING =
            "the statement waits for room in the books: the event log is full: \\d+ events wait for"
                    + " the store since \\S+Z, 1[67]\\.\\d MB of 16\\.\\d MB; the store has been away since"
                    + " \\S+Z";

    private ClickHouseServer server;

    @BeforeEach
    void start() {
        server = ClickHouseServer.startFront();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private TestGateway gateway(String maxStall) {
        Map<String, String> environment = new HashMap<>(server.environment(DATABASE));
        environment.put("RVBBIT_TRACKING_LOG_SIZE", "16MB");
        environment.put("RVBBIT_TRACKING_MAX_STALL", maxStall);
        return TestGateway.withStub(environment);
    }

    /** The log has 160 kB of each row: its key. */
    private static String map(String name, int rows) {
        return "RVBBIT MAP 'first_word' USING (SELECT '%s' || i AS text, i || repeat('k', 160000) AS k FROM range(%d) r(i)) WITH (key = 'k')"
                .formatted(name, rows);
    }

    /** The WARNINGs that a statement has told by now, also while it runs. */
    static List<String> told(Statement statement) throws SQLException {
        return SqlSession.warnings(statement).stream()
                .filter(warning -> "01000".equals(warning.getSQLState()))
                .map(SQLWarning::getMessage)
                .filter(text -> text.contains("waits for room"))
                .toList();
    }

    private static CompletableFuture<Integer> rows(Statement statement, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try (var rows = statement.executeQuery(sql)) {
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

    private static void awaitTold(Statement statement) throws SQLException {
        while (told(statement).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** Every call is there once, whole, and the sums are the bill's. */
    private static void expectExact(SqlSession sql, TestGateway gateway) {
        BigDecimal bill = gateway.model().bill().sum().costUsd();
        long calls = gateway.model().calls();
        assertThat(sql.decimal("SELECT sum(cost) FROM all_data")).isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(attempt_cost) FROM all_data"))
                .isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(total_cost) FROM sql_query_log"))
                .isEqualByComparingTo(bill);
        sql.query(
                        """
                        SELECT count(*) FILTER (event_type = 'turn_start') AS sent,
                            count(*) FILTER (event_type = 'turn_complete') AS answered,
                            count(*) FILTER (event_type = 'phase_complete') AS good,
                            count(*) FILTER (event_type = 'phase_start')
                                - count(*) FILTER (event_type IN ('phase_complete', 'phase_error')) AS cells,
                            count(*) FILTER (event_type = 'cascade_start')
                                - count(*) FILTER (event_type IN ('cascade_complete', 'cascade_error', 'cascade_cancelled')) AS sessions
                        FROM all_data\
                        """)
                .returns(
                        "sent | answered | good | cells | sessions\n%d | %1$d | %1$d | 0 | 0"
                                .formatted(calls));
        assertThat(sql.number("SELECT count(*) - count(DISTINCT message_id) FROM all_data"))
                .isZero();
        assertThat(sql.number("SELECT count(*) FROM session_state WHERE status = 'completed'"))
                .isEqualTo(calls);
    }

    @Test
    void a_map_waits_says_so_once_and_ends_when_the_store_is_back() throws Exception {
        int rows = 120;
        try (TestGateway gateway = gateway("100s");
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session();
                Statement statement = background.connection().createStatement()) {
            server.kill();
            sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'before' AS text)");
            Waiting.until(
                    sql, "SELECT count(*) FROM rvbbit.tracking WHERE away_since IS NOT NULL", "1");
            CompletableFuture<Integer> running = rows(statement, map("m", rows));
            awaitTold(statement);

            Waiting.until(
                    sql,
                    "SELECT count(*) FROM rvbbit.statements WHERE status = 'running' AND"
                            + " regexp_full_match(held_up_by, '.* MB of 16.* MB; the store has been away since .*')",
                    "1");
            sql.query(
                            "SELECT accepting_calls AS accepting, waiting BETWEEN 1 AND 16 AS waiting, away_since < now() AS away,"
                                    + " pending_bytes > log_limit_bytes AS full FROM rvbbit.tracking")
                    .returns(
                            """
                            accepting | waiting | away | full
                            f         | t       | t    | t\
                            """);
            assertThat(gateway.model().calls()).isLessThan(rows);
            assertThat(running).isNotDone();
            server.revive();

            assertThat(running.join()).isEqualTo(rows);
            assertThat(told(statement)).hasSize(1).first().asString().matches(WARNING);
            assertThat(gateway.model().calls()).isEqualTo(rows + 1);
            expectExact(sql, gateway);
            sql.query(
                            "SELECT accepting_calls AS accepting, waiting, away_since, failures > 0 AS failed FROM rvbbit.tracking")
                    .returns(
                            """
                            accepting | waiting | away_since | failed
                            t         | 0       | NULL       | t\
                            """);
            sql.query("SELECT DISTINCT held_up_by = '' AS free FROM rvbbit.statements")
                    .returns("free\nt");
        }
    }

    @Test
    void answers_from_the_cache_wait_as_well_and_can_be_cancelled() throws Exception {
        int rows = 120;
        try (TestGateway gateway = gateway("100s");
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session();
                Statement statement = background.connection().createStatement()) {
            sql.query(map("c", rows)).returnsRows(rows);
            Waiting.until(sql, "SELECT pending_events FROM rvbbit.tracking", "0");
            server.kill();
            CompletableFuture<Integer> running = rows(statement, map("c", rows));
            awaitTold(statement);

            assertThat(sql.number("SELECT pending_bytes - log_limit_bytes FROM rvbbit.tracking"))
                    .isBetween(1L, RESERVE);
            statement.cancel();
            assertThat(running)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withStackTraceContaining("user request");
            server.revive();

            Waiting.until(sql, "SELECT pending_events FROM rvbbit.tracking", "0");
            assertThat(gateway.model().calls()).isEqualTo(rows);
            assertThat(sql.number("SELECT count(*) FROM all_data WHERE event_type = 'cache_hit'"))
                    .isBetween(1L, rows - 1L);
            assertThat(sql.decimal("SELECT sum(cache_hits) FROM sql_query_log").longValue())
                    .isEqualTo(
                            sql.number(
                                    "SELECT count(*) FROM all_data WHERE event_type = 'cache_hit'"));
        }
    }

    @Test
    void after_the_longest_stall_statements_fail_and_those_that_begin_nothing_go_on()
            throws Exception {
        try (TestGateway gateway = gateway("200ms");
                SqlSession sql = gateway.session()) {
            server.kill();
            sql.query(map("m", 120)).fails(DISK_FULL);
            String full = sql.lastCaller();

            sql.query(map("n", 1)).fails(DISK_FULL);
            sql.query("SELECT 1 AS one").returns("one\n1");
            server.revive();

            Waiting.until(sql, "SELECT accepting_calls FROM rvbbit.tracking", "t");
            sql.query("SELECT caller_id, status FROM sql_query_log")
                    .returns("caller_id | status\n" + full + " | error");
            sql.query("RVBBIT RESUME '" + full + "'").returnsRows(120);
            assertThat(gateway.model().calls()).isEqualTo(120);
            expectExact(sql, gateway);
        }
    }

    /** Had it waited, it would be told of the full disk after that. */
    @Test
    void a_statement_that_is_refused_is_answered_at_once_and_booked() throws Exception {
        try (TestGateway gateway = gateway("100s");
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session();
                Statement statement = background.connection().createStatement()) {
            server.kill();
            CompletableFuture<Integer> running = rows(statement, map("m", 120));
            awaitTold(statement);

            sql.query("RVBBIT MAP 'first_word' USNG (SELECT 1)").fails(SYNTAX_ERROR);
            sql.query("RVBBIT MAP 'first_wort' USING (SELECT 'a' AS text)").fails(UNDEFINED_OBJECT);
            sql.query("RVBBIT MAP 'first_word' USING (SELECT 'a' AS text FROM nowhere)")
                    .fails(UNDEFINED_TABLE);
            // It has no caller.
            sql.query("EXPLAIN RVBBIT MAP 'first_word' USING (SELECT 1 AS t)")
                    .fails(UNDEFINED_COLUMN);
            assertThat(running).isNotDone();
            server.revive();

            assertThat(running.join()).isEqualTo(120);
            sql.query(
                            "SELECT query_type, status, count(*) AS n FROM sql_query_log GROUP BY ALL"
                                    + " ORDER BY 1")
                    .returns(
                            """
                            query_type     | status    | n
                            rvbbit_map     | completed | 1
                            rvbbit_refused | error     | 3\
                            """);
            expectExact(sql, gateway);
        }
    }

    private static boolean isBooked(SqlSession sql, String wrong) {
        SqlAssert answer = sql.query(wrong);
        SqlFailure _ = answer.fails(SYNTAX_ERROR);
        return answer.told().stream().noneMatch(text -> text.startsWith(NOT_BOOKED));
    }

    /** Nobody fills the disk with statements that are wrong. */
    @Test
    void refused_statements_are_answered_also_where_no_room_is_left_for_them() throws Exception {
        try (TestGateway gateway = gateway("200ms");
                SqlSession sql = gateway.session()) {
            server.kill();
            sql.query(map("m", 120)).fails(DISK_FULL);
            String wrong =
                    "RVBBIT MAP 'first_word' USNG (SELECT '%s')".formatted("x".repeat(40_000));

            int booked = 0;
            while (isBooked(sql, wrong)) {
                booked++;
                assertThat(booked).isLessThan(100);
            }
            assertThat(sql.number("SELECT pending_bytes - log_limit_bytes FROM rvbbit.tracking"))
                    .isBetween(1L, RESERVE + 2_000_000L);
            server.revive();

            Waiting.until(sql, "SELECT accepting_calls FROM rvbbit.tracking", "t");
            assertThat(
                            sql.number(
                                    "SELECT count(*) FROM sql_query_log WHERE query_type = 'rvbbit_refused'"))
                    .isEqualTo(booked);
            sql.query(wrong).fails(SYNTAX_ERROR);
            assertThat(
                            sql.number(
                                    "SELECT count(*) FROM sql_query_log WHERE query_type = 'rvbbit_refused'"))
                    .isEqualTo(booked + 1L);
        }
    }
}
