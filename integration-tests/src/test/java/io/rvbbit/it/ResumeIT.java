package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.OBJECT_IN_USE;
import static io.rvbbit.rewriter.SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RVBBIT RESUME: what was paid for once is not paid for again. */
@GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1", settings = "rvbbit.cache=false")
class ResumeIT {
    private static String ten(String prefix) {
        return "(SELECT '" + prefix + "' || i AS text FROM range(10) r(i))";
    }

    /** One line of the log: status, runs, calls, and whether the cost is the bill's. */
    private static void isBooked(SqlSession sql, String caller, String status, int runs) {
        sql.query(
                        """
                        SELECT status, attempts, llm_calls_count, total_cost = %s AS exact
                        FROM sql_query_log WHERE caller_id = '%s'\
                        """
                                .formatted(sql.model().bill().sum().costUsd(), caller))
                .returns(
                        """
                        status | attempts | llm_calls_count | exact
                        %s | %d | %d | t\
                        """
                                .formatted(status, runs, sql.model().calls()));
    }

    @Test
    void a_failed_statement_goes_on_where_it_failed(SqlSession sql) {
        sql.execute("SET rvbbit.parallel = 1");
        sql.model().failsOn("f7", StubFault.status(500));
        sql.query("RVBBIT MAP 'first_word' AS w USING " + ten("f") + " WITH (on_error = 'fail')")
                .fails(EXTERNAL_ROUTINE);
        String caller = sql.lastCaller();
        long paid = sql.model().calls();
        assertThat(paid).isBetween(8L, 9L);

        sql.query("RVBBIT RESUME '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "resumed: ")
                .returns(
                        """
                        text | w
                        f0 | f0
                        f1 | f1
                        f2 | f2
                        f3 | f3
                        f4 | f4
                        f5 | f5
                        f6 | f6
                        f7 | f7
                        f8 | f8
                        f9 | f9\
                        """);

        assertThat(sql.lastCaller()).isEqualTo(caller);
        assertThat(sql.model().calls()).isEqualTo(11);
        isBooked(sql, caller, "completed", 2);
    }

    @Test
    void rows_that_failed_are_tried_again(SqlSession sql) {
        sql.model().failsOn("g3", StubFault.status(500));
        sql.query("RVBBIT MAP 'first_word' AS w USING " + ten("g")).returnsRows(10);
        String caller = sql.lastCaller();
        assertThat(sql.model().calls()).isEqualTo(10);

        sql.query("RVBBIT RESUME '" + caller + "'").returnsRows(10);
        assertThat(sql.model().calls()).isEqualTo(11);
        isBooked(sql, caller, "completed", 2);
    }

    @Test
    void a_table_is_made_once(SqlSession sql) {
        sql.model().failsOn("t5", StubFault.status(500));
        sql.query("CREATE TABLE resumed AS RVBBIT MAP 'first_word' AS w USING " + ten("t"))
                .fails(EXTERNAL_ROUTINE);
        String caller = sql.lastCaller();
        long paid = sql.model().calls();

        sql.execute("RVBBIT RESUME '" + caller + "'");
        assertThat(sql.number("SELECT count(w) FROM resumed")).isEqualTo(10);
        assertThat(sql.model().calls()).isLessThanOrEqualTo(paid + 10);
        long after = sql.model().calls();

        sql.query("RVBBIT RESUME '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "is complete, nothing is done");
        assertThat(sql.number("SELECT count(*) FROM resumed")).isEqualTo(10);
        assertThat(sql.model().calls()).isEqualTo(after);
        sql.execute("DROP TABLE resumed");
    }

    @Test
    void changed_rows_are_computed_and_the_others_are_free(SqlSession sql) {
        sql.execute("CREATE TABLE changing AS SELECT 'c' || i AS text FROM range(6) r(i)");
        sql.query("RVBBIT MAP 'first_word' AS w USING (SELECT * FROM changing)").returnsRows(6);
        String caller = sql.lastCaller();
        sql.execute("DELETE FROM changing WHERE text = 'c0'");
        sql.execute("UPDATE changing SET text = 'new' WHERE text = 'c5'");

        sql.query("RVBBIT RESUME '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "resumed: 4 rows as before, 1 new or changed, 2 gone")
                .returnsRows(5);
        assertThat(sql.model().calls()).isEqualTo(7);
        sql.execute("DROP TABLE changing");
    }

    @Test
    void parameters_and_settings_are_those_of_the_first_run(TestGateway gateway, SqlSession sql)
            throws SQLException {
        try (Connection connection = gateway.connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA resumed_schema");
                statement.execute(
                        "CREATE TABLE resumed_schema.words AS SELECT 's' || i AS text FROM"
                                + " range(4) r(i)");
                statement.execute("SET search_path = resumed_schema");
            }
            sql.model().failsOn("s2", StubFault.status(500));
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            "RVBBIT MAP 'first_word' AS w USING (SELECT text, ?::int AS n, ?::date"
                                    + " AS d FROM words WHERE text <> ? ORDER BY text)")) {
                statement.setInt(1, 7);
                statement.setObject(2, java.time.LocalDate.of(2024, 2, 29));
                statement.setString(3, "s3");
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        assertThat(rows.getInt("n")).isEqualTo(7);
                    }
                }
            }
            String caller;
            try (Statement statement = connection.createStatement();
                    ResultSet shown = statement.executeQuery("SHOW rvbbit.last_caller_id")) {
                shown.next();
                caller = shown.getString(1);
            }
            sql.query("RVBBIT RESUME '" + caller + "'")
                    .returns(
                            """
                            text | n | d | w
                            s0 | 7 | 2024-02-29 | s0
                            s1 | 7 | 2024-02-29 | s1
                            s2 | 7 | 2024-02-29 | s2\
                            """);
            assertThat(sql.text("SHOW search_path")).contains("public");
            assertThat(sql.model().calls()).isEqualTo(4);
            sql.execute("DROP SCHEMA resumed_schema CASCADE");
        }
    }

    @Test
    void a_run_and_functions_are_not_paid_for_again(SqlSession sql) {
        sql.query(
                        "SELECT rvbbit_run('first_word', {'text': 'r' || i}) AS w FROM range(3)"
                                + " r(i)")
                .returnsRows(3);
        String functions = sql.lastCaller();
        sql.query("RVBBIT RESUME '" + functions + "'").returnsRows(3);
        assertThat(sql.model().calls()).isEqualTo(3);
        isBooked(sql, functions, "completed", 2);
    }

    @Test
    void what_cannot_go_on_says_why(SqlSession sql) {
        sql.query("RVBBIT RESUME 'nonsense'").fails(UNDEFINED_OBJECT);
        sql.query("RVBBIT RESUME 'sql-calm-bee-zzzzzz'").fails(UNDEFINED_OBJECT);
        sql.execute("CREATE TEMP TABLE passing AS SELECT 'p' AS text");
        sql.query("RVBBIT MAP 'first_word' USING (SELECT * FROM passing)").returnsRows(1);
        String caller = sql.lastCaller();
        sql.execute("DROP TABLE passing");
        sql.query("RVBBIT RESUME '" + caller + "'").fails(OBJECT_NOT_IN_PREREQUISITE_STATE);
        sql.query(
                        "SELECT query_raw, query_type FROM sql_query_log WHERE query_raw LIKE"
                                + " '%passing%' OR query_raw LIKE '%"
                                + caller
                                + "%' ORDER BY started_at")
                .returns(
                        """
                        query_raw | query_type
                        RVBBIT MAP 'first_word' USING (SELECT * FROM passing) | rvbbit_map
                        RVBBIT RESUME '%s' | rvbbit_refused\
                        """
                                .formatted(caller));
    }

    @Test
    void a_running_statement_is_left_alone(TestGateway gateway, SqlSession sql) throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model().answering(request -> StubAnswer.onceOpen(latch, request));
        try (SqlSession other = gateway.session();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> running =
                    threads.submit(() ->
                            other.query("RVBBIT MAP 'first_word' AS w USING " + ten("n"))
                                    .returnsRows(10));
            try {
                sql.model().awaitCalls(10);
                String caller =
                        sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'running'");
                sql.query("RVBBIT RESUME '" + caller + "'").fails(OBJECT_IN_USE);
                latch.countDown();
                running.get(60, TimeUnit.SECONDS);
                isBooked(sql, caller, "completed", 1);
            } finally {
                latch.countDown();
            }
        }
    }

    @Test
    void a_killed_server_pays_for_no_finished_row_again(@TempDir Path data) throws Exception {
        int parallel = 4;
        int rows = 60;
        try (StubEndpoint model = StubEndpoint.start()) {
            model.latency(java.time.Duration.ofMillis(30));
            try (GatewayProcess first = GatewayProcess.start(data, model)) {
                CompletableFuture<Void> running =
                        CompletableFuture.runAsync(() -> {
                            try (Connection connection = first.connect();
                                    Statement statement = connection.createStatement()) {
                                statement.execute("SET rvbbit.cache = false");
                                statement.execute(
                                        "RVBBIT MAP PARALLEL 4 'first_word' AS w USING"
                                                + " (SELECT 'k' || i AS text FROM range(60)"
                                                + " r(i))");
                            } catch (SQLException killed) {
                                assertThat(killed.getMessage()).isNotEmpty();
                            }
                        });
                model.awaitCalls(rows / 2);
                first.kill();
                running.join();
            }
            try (GatewayProcess second = GatewayProcess.start(data, model);
                    Connection connection = second.connect();
                    Statement statement = connection.createStatement()) {
                String caller;
                try (ResultSet log =
                        statement.executeQuery("SELECT caller_id, status FROM sql_query_log")) {
                    assertThat(log.next()).isTrue();
                    caller = log.getString(1);
                    assertThat(log.getString(2)).isEqualTo("orphaned");
                }
                try (ResultSet resumed = statement.executeQuery("RVBBIT RESUME '" + caller + "'")) {
                    for (int i = 0; i < rows; i++) {
                        assertThat(resumed.next()).isTrue();
                        assertThat(resumed.getString("w")).isEqualTo("k" + i);
                    }
                    assertThat(resumed.next()).isFalse();
                }
            }
            assertThat(model.calls()).isBetween((long) rows, (long) rows + parallel);
        }
    }
}
