package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a statement is, as everybody sees it while it runs and for some time afterwards. */
@GatewayTest
class ProgressIT {
    private static final String RUNNING = "FROM rvbbit.statements WHERE status = 'running'";

    /** Ten inputs, two of them twice. */
    private static final String TWELVE =
            "(SELECT 'w' || i % 10 AS text FROM range(12) r(i) ORDER BY i)";

    /** One fails, and the last two of the ten wait for the latch. */
    private static CountDownLatch script(StubEndpoint model) {
        CountDownLatch latch = new CountDownLatch(1);
        model.failsOn("w3", StubFault.status(422))
                .answering(request -> {
                    String text = request.lastUserMessage().strip();
                    return text.equals("w8") || text.equals("w9")
                            ? StubAnswer.onceOpen(latch, request)
                            : StubAnswer.byDefault(request);
                });
        return latch;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RVBBIT MAP PARALLEL 4 'first_word' AS w USING ",
                "CREATE TEMP TABLE t AS RVBBIT MAP PARALLEL 4 'first_word' AS w USING "
            })
    void others_see_exactly_how_far_a_map_is(String map, TestGateway gateway, SqlSession sql)
            throws Exception {
        CountDownLatch latch = script(sql.model());
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running =
                        gateway.session("default", Map.of("ApplicationName", "nightly"))) {
            String statement = map + TWELVE + " WITH (on_error = 'null')";
            Future<?> done = threads.submit(() -> running.query(statement).succeeds());
            sql.model().awaitCalls(10);
            String caller = sql.text("SELECT caller_id " + RUNNING);
            String of = " WHERE caller_id = '" + caller + "'";
            Waiting.until(sql, "SELECT rows_done FROM rvbbit.progress" + of, "10");
            String bill = sql.model().bill().sum().costUsd().toPlainString();
            Waiting.until(sql, "SELECT spent_usd FROM rvbbit.progress" + of, bill);

            sql.query(
                            "SELECT rows_total AS total, rows_done AS done, rows_failed AS failed,"
                                    + " rows_cached AS cached, eta_seconds > 0 AS waits, started_at <"
                                    + " now() AS began FROM rvbbit.progress"
                                    + of)
                    .returns(
                            """
                            total | done | failed | cached | waits | began
                            12    | 10   | 1      | 2      | t     | t\
                            """);
            sql.query(
                            "SELECT user_name AS who, database_name AS db, application_name AS app,"
                                    + " query_type AS type, status, finished_at IS NULL AS runs,"
                                    + " cascades, models, parallel AS n, calls_in_flight AS open, calls,"
                                    + " error_message AS error FROM rvbbit.statements"
                                    + of)
                    .returns(
                            """
                            who    | db      | app     | type       | status  | runs | cascades   | models     | n | open | calls | error
                            rvbbit | default | nightly | rvbbit_map | running | t    | first_word | stub-model | 4 | 2    | 10    |\
                            """);
            assertThat(sql.text("SELECT query FROM rvbbit.statements" + of)).isEqualTo(statement);
            assertThat(sql.number("SELECT process_id FROM rvbbit.statements" + of))
                    .isEqualTo(
                            sql.number(
                                    "SELECT pid FROM pg_stat_activity WHERE application_name ="
                                            + " 'nightly'"));

            latch.countDown();
            done.get();
            assertThat(running.lastCaller()).isEqualTo(caller);
            sql.query(
                            "SELECT rows_total AS total, rows_done AS done, rows_failed AS failed,"
                                    + " rows_cached AS cached, eta_seconds AS eta FROM rvbbit.progress"
                                    + of)
                    .returns(
                            """
                            total | done | failed | cached | eta
                            12    | 12   | 1      | 2      | 0\
                            """);
            sql.query(
                            "SELECT s.status, s.finished_at >= s.started_at AS ended,"
                                    + " s.calls_in_flight AS open, s.calls = l.llm_calls_count AS calls,"
                                    + " s.spent_usd = l.total_cost AND s.tokens_in = l.total_tokens_in"
                                    + " AND s.tokens_out = l.total_tokens_out AS same FROM"
                                    + " rvbbit.statements s JOIN sql_query_log l USING (caller_id)"
                                    + of)
                    .returns(
                            """
                            status  | ended | open | calls | same
                            partial | t     | 0    | t     | t\
                            """);
        } finally {
            latch.countDown();
        }
    }

    @Test
    void the_calls_of_a_function_are_counted_without_a_total(TestGateway gateway, SqlSession sql)
            throws Exception {
        CountDownLatch latch = script(sql.model());
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session()) {
            running.execute("SET rvbbit.on_error = 'null'");
            Future<?> done =
                    threads.submit(() ->
                            running.query(
                                            "SELECT rvbbit_run('first_word', m) FROM "
                                                    + TWELVE
                                                    + " m")
                                    .succeeds());
            sql.model().awaitCalls(10);
            String caller = sql.text("SELECT caller_id " + RUNNING);
            String of = " FROM rvbbit.progress WHERE caller_id = '" + caller + "'";
            Waiting.until(sql, "SELECT rows_done" + of, "10");
            sql.query("SELECT rows_total AS total, eta_seconds AS eta" + of)
                    .returns("total | eta\nNULL | NULL");

            latch.countDown();
            done.get();
            sql.query("SELECT rows_total AS total, rows_done AS done, eta_seconds AS eta" + of)
                    .returns("total | done | eta\n12 | 12 | 0");
        } finally {
            latch.countDown();
        }
    }

    @Test
    void the_total_is_unknown_until_the_input_has_been_read(TestGateway gateway, SqlSession sql)
            throws SQLException {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(5);
            ResultSet rows =
                    statement.executeQuery(
                            "RVBBIT MAP PARALLEL 2 'first_word' USING (SELECT 'w' || i AS text FROM"
                                    + " range(5000) r(i)) WITH (limit = 5000)");
            assertThat(rows.next()).isTrue();
            String caller = sql.text("SELECT caller_id " + RUNNING);
            String of = " FROM rvbbit.progress WHERE caller_id = '" + caller + "'";
            sql.query(
                            "SELECT rows_total AS total, rows_done BETWEEN 5 AND 9 AS few, eta_seconds"
                                    + " AS eta"
                                    + of)
                    .returns("total | few | eta\nNULL | t | NULL");
            rows.close();
            connection.commit();
            sql.query("SELECT rows_total AS total, eta_seconds AS eta" + of)
                    .returns("total | eta\nNULL | 0");
        }
    }

    @Test
    void a_run_counts_as_one_row(SqlSession sql) {
        sql.execute("RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(5) r(i))");
        sql.query(
                        "SELECT rows_total AS total, rows_done AS done FROM rvbbit.progress WHERE"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("total | done\n1 | 1");
    }

    @Test
    void a_statement_that_was_refused_is_shown_with_its_error(SqlSession sql) {
        sql.query("RVBBIT MAP 'no_such_cascade' USING (SELECT 1 AS text)").fails(UNDEFINED_OBJECT);
        sql.query(
                        "SELECT status, calls, cascades, error_message LIKE '%no_such_cascade%' AS told"
                                + " FROM rvbbit.statements WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("status | calls | cascades | told\nerror | 0 |  | t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RVBBIT MAP PARALLEL 4 'first_word' AS w USING ",
                "CREATE TEMP TABLE t AS RVBBIT MAP PARALLEL 4 'first_word' AS w USING ",
                "SELECT count(*) FROM (RVBBIT MAP PARALLEL 4 'first_word' AS w USING "
            })
    void notices_come_while_no_row_does(String map, TestGateway gateway, SqlSession sql)
            throws Exception {
        CountDownLatch latch = script(sql.model());
        String ending = map.startsWith("SELECT") ? ") m WHERE w <> ''" : "";
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            running.execute("SET rvbbit.progress = on")
                    .execute("SET rvbbit.progress_interval = '100ms'");
            Future<?> done =
                    threads.submit(() ->
                            statement.execute(map + TWELVE + " WITH (on_error = 'null')" + ending));
            awaitNotice(statement, ": 10 of 12 rows done, 1 failed, 2 cached, 0.0");
            assertThat(SqlSession.warnings(statement).getFirst().getMessage())
                    .startsWith("caller_id ");
            assertThat(done.isDone()).isFalse();
            latch.countDown();
            done.get();
        } finally {
            latch.countDown();
        }
    }

    private static void awaitNotice(Statement statement, String text) throws SQLException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (SqlSession.warnings(statement).stream()
                .noneMatch(notice -> String.valueOf(notice.getMessage()).contains(text))) {
            assertThat(System.nanoTime()).as("waited for a notice: " + text).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void nothing_is_told_unless_it_was_asked_for(SqlSession sql) {
        sql.query("SHOW rvbbit.progress").returns("rvbbit.progress\noff");
        sql.query("SHOW rvbbit.progress_interval").returns("rvbbit.progress_interval\n5s");
        sql.query("RVBBIT MAP 'first_word' USING " + TWELVE).tellsNothingOf("rows done");
        sql.query("SET rvbbit.progress_interval = '10ms'").fails(INVALID_PARAMETER_VALUE);
        sql.query("SET rvbbit.progress = 'sometimes'").fails(INVALID_PARAMETER_VALUE);
    }

    @Test
    void the_views_are_in_the_catalogue_and_their_names_are_free(SqlSession sql) {
        sql.query(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE"
                                + " table_schema = 'rvbbit' AND table_name = 'progress' ORDER BY"
                                + " ordinal_position")
                .returns(
                        """
                        column_name | data_type
                        caller_id   | text
                        rows_total  | bigint
                        rows_done   | bigint
                        rows_failed | bigint
                        rows_cached | bigint
                        spent_usd   | numeric
                        eta_seconds | bigint
                        started_at  | timestamp with time zone\
                        """);
        sql.execute("DROP TABLE IF EXISTS progress")
                .execute("CREATE TABLE progress (a INTEGER)")
                .query("SELECT * FROM progress")
                .returnsRows(0);
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'a' AS text)")
                .query(
                        "SELECT rows_done FROM rvbbit.progress WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("rows_done\n1");
        sql.execute("DROP TABLE progress").execute("DROP TABLE IF EXISTS progress, statements");
    }
}
