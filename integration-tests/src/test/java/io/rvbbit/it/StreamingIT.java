package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.WireConversation;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Rows of a MAP leave as they are answered, and nobody pays for rows that nobody fetches. */
@GatewayTest
class StreamingIT {
    private static String rows(long count) {
        return "(SELECT 'w' || i AS text, i FROM range(" + count + ") r(i) LIMIT " + count + ")";
    }

    /** Answers as ever, but these texts only once the latch is open. */
    private static void hold(SqlSession sql, CountDownLatch latch, String... texts) {
        sql.model()
                .answering(request ->
                        List.of(texts).contains(request.lastUserMessage().strip())
                                ? StubAnswer.onceOpen(latch, request)
                                : StubAnswer.byDefault(request));
    }

    @Test
    void the_first_row_leaves_while_later_ones_run(TestGateway gateway, SqlSession sql)
            throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        hold(sql, latch, "w1", "w2", "w3");
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1);
            ResultSet rows =
                    statement.executeQuery("RVBBIT MAP PARALLEL 4 'first_word' USING " + rows(4));
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("text")).isEqualTo("w0");
            latch.countDown();
            for (int i = 1; i < 4; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("i")).isEqualTo(i);
            }
            assertThat(rows.next()).isFalse();
        } finally {
            latch.countDown();
        }
    }

    @Test
    void few_rows_leave_too_if_the_next_is_slow(TestGateway gateway, SqlSession sql) {
        String map = "RVBBIT MAP PARALLEL 4 'first_word' USING " + rows(4);
        for (String statement : List.of(map, "COPY (" + map + ") TO STDOUT")) {
            CountDownLatch latch = new CountDownLatch(1);
            hold(sql, latch, "w2", "w3");
            sql.execute("SELECT rvbbit_cache_clear()");
            try (WireConversation client = WireConversation.with(gateway)) {
                client.query(statement).unread();
                client.until(statement.equals(map) ? "D" : "d", 2);
                latch.countDown();
                assertThat(client.answers(1)).last().asString().startsWith("Z");
            } finally {
                latch.countDown();
            }
        }
    }

    @Test
    void a_slow_row_holds_up_rows_but_no_calls(TestGateway gateway, SqlSession sql)
            throws SQLException, InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        hold(sql, latch, "w0");
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            Thread opener =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    sql.model().awaitCalls(299);
                                } catch (InterruptedException stopped) {
                                    Thread.currentThread().interrupt();
                                }
                                latch.countDown();
                            });
            ResultSet rows =
                    statement.executeQuery("RVBBIT MAP PARALLEL 2 'first_word' USING " + rows(300));
            for (int i = 0; i < 300; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("i")).isEqualTo(i);
            }
            opener.join();
        } finally {
            latch.countDown();
        }
        assertThat(sql.model().calls()).isEqualTo(300);
    }

    @Test
    void rows_waiting_bounds_how_far_calls_go_ahead(TestGateway gateway, SqlSession sql)
            throws SQLException, InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        hold(sql, latch, "w0");
        String map = "RVBBIT MAP PARALLEL 2 'first_word' USING ";
        try (WireConversation client = WireConversation.with(gateway)) {
            client.query("SET rvbbit.rows_waiting = 20").unread();
            client.answers(1);
            client.query(map + rows(100)).unread();
            sql.model().awaitCalls(20);
            // Long enough for others to be answered, and then for any that should not have begun.
            sql.query(map + "(SELECT 'other ' || i AS text FROM range(50) r(i))").returnsRows(50);
            assertThat(sql.model().calls()).isEqualTo(20 + 50);
            latch.countDown();
            client.until("D", 100);
        } finally {
            latch.countDown();
        }
    }

    /** Far more calls than a vector has rows, while one in the first vector is held. */
    private static void storesWithoutBarrier(SqlSession sql, String target)
            throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        hold(sql, latch, "w2000");
        Thread opener =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                sql.model().awaitCalls(2_700);
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                            latch.countDown();
                        });
        try {
            sql.query(target + " RVBBIT MAP PARALLEL 4 'first_word' AS w USING " + rows(5_000))
                    .changes(5_000);
            // Had the calls waited for that row, no one would have opened its latch.
            opener.join();
        } finally {
            opener.interrupt();
            latch.countDown();
        }
        assertThat(sql.number("SELECT count(*) FROM unbarred WHERE text = w AND rowid = i"))
                .isEqualTo(5_000);
        assertThat(sql.model().calls()).isEqualTo(5_000);
    }

    @Test
    void a_slow_row_holds_up_no_calls_of_create_table(SqlSession sql) throws InterruptedException {
        storesWithoutBarrier(sql, "CREATE TEMP TABLE unbarred AS");
        sql.execute("DROP TABLE unbarred");
    }

    @Test
    void a_slow_row_holds_up_no_calls_of_insert(SqlSession sql) throws InterruptedException {
        sql.execute("CREATE TEMP TABLE unbarred (text TEXT, i BIGINT, w TEXT)");
        storesWithoutBarrier(sql, "INSERT INTO unbarred");
        sql.execute("DROP TABLE unbarred");
    }

    @Test
    void a_portal_pays_for_what_it_fetches_and_its_window(TestGateway gateway, SqlSession sql)
            throws SQLException {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(10);
            ResultSet rows =
                    statement.executeQuery(
                            "RVBBIT MAP PARALLEL 4 'first_word' USING " + rows(5_000));
            for (int i = 0; i < 10; i++) {
                assertThat(rows.next()).isTrue();
            }
            assertThat(sql.model().calls()).isBetween(10L, 10L + 2 * 4);
            for (int i = 10; i < 25; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("i")).isEqualTo(i);
            }
            rows.close();
            connection.commit();
        }
        assertThat(sql.model().calls()).isBetween(25L, 30L + 2 * 4);
        sql.query(
                        """
                        SELECT status, total_cost = %s AS exact
                        FROM sql_query_log ORDER BY started_at DESC LIMIT 1\
                        """
                                .formatted(sql.model().bill().sum().costUsd()))
                .returns(
                        """
                        status    | exact
                        cancelled | t\
                        """);
    }

    @Test
    void a_cursor_pays_for_what_it_fetches_and_its_window(SqlSession sql) {
        sql.execute("BEGIN")
                .execute(
                        "DECLARE c SCROLL CURSOR FOR RVBBIT MAP PARALLEL 2 'first_word' USING "
                                + rows(500));
        assertThat(sql.model().calls()).isZero();
        sql.query("FETCH 20 c").returnsRows(20);
        assertThat(sql.model().calls()).isBetween(20L, 20L + 2 * 2);
        sql.query("FETCH PRIOR c")
                .returns(
                        """
                        text | i  | result
                        w18  | 18 | w18\
                        """);
        sql.query("FETCH ABSOLUTE 500 c")
                .returns(
                        """
                        text | i   | result
                        w499 | 499 | w499\
                        """);
        sql.execute("COMMIT");
        assertThat(sql.model().calls()).isEqualTo(500);
    }

    @Test
    void other_statements_run_between_two_portions(TestGateway gateway, SqlSession sql)
            throws SQLException {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement();
                Statement other = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(100);
            ResultSet rows =
                    statement.executeQuery(
                            "RVBBIT MAP PARALLEL 4 'first_word' USING (SELECT 'w' || (i % 7) AS"
                                    + " text, i FROM range(9000) r(i) LIMIT 9000)");
            for (int i = 0; i < 9_000; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("i")).isEqualTo(i);
                if (i % 1_000 == 99) {
                    other.execute("CREATE TEMP TABLE between_" + i + " AS SELECT 1 AS a");
                    try (ResultSet one = other.executeQuery("SELECT a FROM between_" + i)) {
                        assertThat(one.next()).isTrue();
                    }
                }
            }
            assertThat(rows.next()).isFalse();
        }
        assertThat(sql.model().calls()).isEqualTo(7);
    }

    @Test
    void what_only_the_transaction_knows_is_used(SqlSession sql) {
        sql.model().answers("a 1", "glad");
        sql.execute("BEGIN")
                .execute("CREATE TYPE streamed_mood AS ENUM ('sad', 'glad')")
                .execute("CREATE TABLE streamed_input AS SELECT 'a 1' AS text")
                .query(
                        "RVBBIT MAP 'first_word' AS (m streamed_mood) USING (SELECT * FROM"
                                + " streamed_input)")
                .returns(
                        """
                        text | m
                        a 1  | glad\
                        """);
        sql.execute("ROLLBACK");
    }

    @Test
    void casts_follow_the_sessions_time_zone(SqlSession sql) {
        sql.model().answers("a 1", "2024-06-01 12:00:00");
        sql.execute("SET TimeZone = 'America/New_York'");
        sql.query(
                        "SELECT m.at AT TIME ZONE 'UTC' AS utc FROM (RVBBIT MAP 'first_word' AS (at"
                                + " TIMESTAMPTZ) USING (SELECT 'a 1' AS text)) m")
                .returns(
                        """
                        utc
                        2024-06-01 16:00:00\
                        """);
        sql.query(
                        "RVBBIT MAP 'first_word' AS (at TIMESTAMPTZ) USING (SELECT 'a 1' AS text)"
                                + " WITH (on_error = 'fail')")
                .returns(
                        """
                        text | at
                        a 1  | 2024-06-01 12:00:00-04\
                        """);
    }

    @Test
    void parameters_and_ctes_reach_the_input(TestGateway gateway) throws SQLException {
        try (Connection connection = gateway.connect();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "WITH n AS (SELECT i FROM range(100) r(i)) RVBBIT MAP 'first_word'"
                                        + " AS word USING (SELECT ? || i AS text FROM n WHERE i < ?"
                                        + " ORDER BY i)")) {
            statement.setString(1, "v");
            statement.setInt(2, 2);
            for (int run = 0; run < 7; run++) {
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("word")).isEqualTo("v0");
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.next()).isFalse();
                }
            }
        }
    }

    @Test
    void copy_sends_the_rows(TestGateway gateway) throws Exception {
        try (Connection connection =
                gateway.connect("default", Map.of("options", "-c rvbbit.parallel=3"))) {
            StringWriter copied = new StringWriter();
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (RVBBIT MAP 'first_word' AS word USING "
                                    + rows(3)
                                    + ") TO STDOUT",
                            copied);
            assertThat(copied.toString()).isEqualTo("w0\t0\tw0\nw1\t1\tw1\nw2\t2\tw2\n");
        }
    }
}
