package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import io.rvbbit.it.testkit.WireConversation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever stops a statement, and whatever it does then: no call leaves any more, those under way
 * are given up, and what was paid is on the books.
 */
@GatewayTest
class CancelIT {
    private static final int ANSWERED = 10;
    private static final int HUNG = 4;
    private static final String RUNNING = "FROM rvbbit.statements WHERE status = 'running'";
    private static final String FORTY = "(SELECT 'w' || i AS text FROM range(40) r(i))";

    /** How somebody has a statement stopped. */
    enum Way {
        CANCEL_REQUEST,
        QUERY_TIMEOUT,
        STATEMENT_TIMEOUT,
        CLIENT_GONE,
        RVBBIT_CANCEL,
        PG_CANCEL_BACKEND
    }

    /** What takes 40 calls, four at a time. */
    enum Form {
        ROWS("RVBBIT MAP PARALLEL 4 'first_word' USING " + FORTY),
        TABLE("CREATE TEMP TABLE t AS RVBBIT MAP PARALLEL 4 'first_word' USING " + FORTY),
        PART(
                "SELECT count(*) FROM (RVBBIT MAP PARALLEL 4 'first_word' AS w USING "
                        + FORTY
                        + ") m WHERE w <> ''"),
        FUNCTION("SELECT rvbbit_run('first_word', m) FROM " + FORTY + " m");

        final String sql;

        Form(String sql) {
            this.sql = sql;
        }
    }

    static Stream<Arguments> ways() {
        return Arrays.stream(Way.values())
                .flatMap(way ->
                        Arrays.stream(Form.values())
                                .filter(form -> !isSlow(way) || form == Form.TABLE)
                                .map(form -> Arguments.of(way, form)));
    }

    /** Those have to wait until the calls are under way. */
    private static boolean isSlow(Way way) {
        return way == Way.QUERY_TIMEOUT || way == Way.STATEMENT_TIMEOUT;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nothing_leaves_after_the_cancel(Way way, Form form, TestGateway gateway, SqlSession sql)
            throws Exception {
        hangAfter(sql.model(), ANSWERED);
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            running.execute("SET rvbbit.parallel = 4");
            if (way == Way.STATEMENT_TIMEOUT) {
                running.execute("SET statement_timeout = '5s'");
            } else if (way == Way.QUERY_TIMEOUT) {
                statement.setQueryTimeout(5);
            }
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> statement.execute(form.sql)));
            awaitHung(sql.model());
            String caller = sql.text("SELECT caller_id " + RUNNING);

            switch (way) {
                case CANCEL_REQUEST -> statement.cancel();
                case CLIENT_GONE -> running.connection().abort(Runnable::run);
                case RVBBIT_CANCEL ->
                        sql.query("SELECT rvbbit_cancel('" + caller + "')")
                                .returns("rvbbit_cancel\nt");
                case PG_CANCEL_BACKEND ->
                        sql.query("SELECT pg_cancel_backend(process_id) AS told " + RUNNING)
                                .returns("told\nt");
                case QUERY_TIMEOUT, STATEMENT_TIMEOUT -> {
                    // Time does it.
                }
            }

            assertThat((Throwable) failure.get()).isNotNull();
            if (way != Way.CLIENT_GONE) {
                assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            }
            assertStopped(sql, caller, ANSWERED + HUNG);
        }
    }

    /** So many calls are answered; each one after them gets no answer ever. */
    private static void hangAfter(StubEndpoint model, long answered) {
        model.failing(request ->
                request.number() > answered ? Optional.of(new StubFault.Hang()) : Optional.empty());
    }

    private static void awaitHung(StubEndpoint model) throws InterruptedException {
        model.awaitCalls(ANSWERED + HUNG);
        model.awaitInFlight(HUNG);
    }

    private static void assertStopped(SqlSession sql, String caller, long calls)
            throws InterruptedException {
        StubEndpoint model = sql.model();
        model.awaitGivenUp(HUNG);
        String of = " WHERE caller_id = '" + caller + "'";
        Waiting.until(sql, "SELECT status FROM rvbbit.statements" + of, "cancelled");
        model.awaitInFlight(0);
        assertThat(model.calls()).as("calls after the cancel").isEqualTo(calls);
        sql.query("SELECT status, count(*) AS n FROM session_state" + of + " GROUP BY 1 ORDER BY 1")
                .returns(
                        "status | n\ncancelled | %d\ncompleted | %d".formatted(HUNG, calls - HUNG));
        String bill = model.bill().sum().costUsd().toPlainString();
        sql.query(
                        "SELECT status, llm_calls_count AS calls, total_cost AS cost FROM"
                                + " sql_query_log"
                                + of)
                .returns("status | calls | cost\ncancelled | %d | %s".formatted(calls, bill));
        sql.query("SELECT sum(cost) AS cost FROM all_data" + of).returns("cost\n" + bill);
        sql.query("SELECT count(*) AS uncosted FROM rvbbit.uncosted" + of)
                .returns("uncosted\n" + HUNG);
        sql.query(
                        "SELECT calls, calls_in_flight AS open, spent_usd AS cost,"
                                + " error_message LIKE 'cancel%' AS told FROM rvbbit.statements"
                                + of)
                .returns("calls | open | cost | told\n%d | 0 | %s | t".formatted(calls, bill));
        sql.query("SELECT rvbbit_cancel('" + caller + "')").returns("rvbbit_cancel\nf");
    }

    @Test
    void rows_that_have_left_before_are_right(TestGateway gateway, SqlSession sql)
            throws Exception {
        hangAfter(sql.model(), ANSWERED);
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1);
            ResultSet rows =
                    statement.executeQuery(
                            "RVBBIT MAP PARALLEL 4 'first_word' AS w USING (SELECT 'w' || i || ' x'"
                                    + " AS text FROM range(40) r(i))");
            for (int row = 0; row < ANSWERED - HUNG; row++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("w")).isEqualTo("w" + row);
            }
            sql.execute("SELECT rvbbit_cancel(caller_id) " + RUNNING);
            assertThat(failureOf(rows).getSQLState()).isEqualTo(QUERY_CANCELED.code());
        }
    }

    private static SQLException failureOf(ResultSet rows) {
        return catchThrowableOfType(
                SQLException.class,
                () -> {
                    while (rows.next()) {
                        // Rows that were answered before may still come.
                    }
                });
    }

    @Test
    void between_two_portions_only_the_cancelled_statement_stops(
            TestGateway gateway, SqlSession sql) throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement();
                Statement other = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(2);
            ResultSet rows =
                    statement.executeQuery("RVBBIT MAP PARALLEL 1 'first_word' USING " + FORTY);
            assertThat(rows.next()).isTrue();
            sql.query("SELECT rvbbit_cancel(caller_id) AS told " + RUNNING).returns("told\nt");
            long calls = sql.model().calls();

            try (ResultSet one =
                    other.executeQuery(
                            "SELECT count(*) FROM range(3000000) a(i) WHERE i % 7 = 1")) {
                assertThat(one.next()).isTrue();
            }
            assertThat(failureOf(rows).getSQLState()).isEqualTo(QUERY_CANCELED.code());
            assertThat(sql.model().calls()).isLessThanOrEqualTo(calls + 1);
        }
    }

    @Test
    void a_statement_that_reads_its_input_can_be_stopped(TestGateway gateway, SqlSession sql)
            throws Exception {
        for (String statement :
                List.of(
                        "RVBBIT MAP 'first_word' USING (SELECT 'w' AS text FROM range(1000000000000)"
                                + " r(i) WHERE hash(i) = 0)",
                        "RVBBIT MAP 'first_word' USING (SELECT 'w' AS text FROM range(1000000000000)"
                                + " r(i) WHERE hash(i) = 0) WITH (limit = none)",
                        "CREATE TEMP TABLE t AS RVBBIT MAP 'first_word' USING (SELECT 'w' AS text"
                                + " FROM range(1000000000000) r(i) WHERE hash(i) = 0)",
                        "RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(1000000000000) r(i)"
                                + " WHERE hash(i) = 0)")) {
            try (ExecutorService threads = Executors.newSingleThreadExecutor();
                    SqlSession running = gateway.session()) {
                Future<SQLException> failure =
                        threads.submit(() -> running.query(statement).failure());
                Waiting.until(sql, "SELECT count(*) " + RUNNING, "1");
                sql.query("SELECT rvbbit_cancel(caller_id) AS told " + RUNNING).returns("told\nt");
                assertThat(failure.get().getSQLState())
                        .as(statement)
                        .isEqualTo(QUERY_CANCELED.code());
            }
        }
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void the_first_fetch_of_a_cursor_can_be_cancelled(TestGateway gateway, SqlSession sql)
            throws Exception {
        hangAfter(sql.model(), ANSWERED);
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement fetch = running.connection().createStatement()) {
            running.execute("BEGIN").execute("DECLARE c CURSOR FOR " + Form.ROWS.sql);
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> fetch.execute("FETCH ALL c")));
            awaitHung(sql.model());
            String caller = sql.text("SELECT caller_id " + RUNNING);
            fetch.cancel();
            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            assertStopped(sql, caller, ANSWERED + HUNG);
        }
    }

    @Test
    void calls_stop_although_the_client_reads_nothing(TestGateway gateway, SqlSession sql)
            throws Exception {
        int answered = 900;
        hangAfter(sql.model(), answered);
        try (WireConversation slow = WireConversation.with(gateway)) {
            slow.query(
                            "RVBBIT MAP PARALLEL 4 'first_word' AS w USING (SELECT 'w' || i AS text,"
                                    + " repeat('x', 30000) AS ballast FROM range(1000) r(i))")
                    .unread();
            sql.model().awaitCalls(answered + HUNG);
            sql.model().awaitInFlight(HUNG);
            String caller = sql.text("SELECT caller_id " + RUNNING);

            sql.query("SELECT pg_cancel_backend(process_id) AS told " + RUNNING).returns("told\nt");

            sql.model().awaitGivenUp(HUNG);
            sql.model().awaitInFlight(0);
            List<String> replies = slow.answers(1);
            assertThat(replies.subList(replies.size() - 2, replies.size()))
                    .containsExactly("E 57014", "Z I");
            assertStopped(sql, caller, answered + HUNG);
        }
    }

    @Test
    void what_does_not_run_is_not_stopped(SqlSession sql) {
        sql.query("SELECT rvbbit_cancel('sql-no-body-000000') AS a, rvbbit_cancel(NULL) AS b")
                .returns("a | b\nf | NULL");
    }
}
