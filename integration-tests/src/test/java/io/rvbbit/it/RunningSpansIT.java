package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_TEXT_REPRESENTATION;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a statement hangs, as others see it while it does. */
@GatewayTest(environment = {"RVBBIT_DB_TRACING=true", "RVBBIT_TRACE_SLOW_LEAST=1ms"})
class RunningSpansIT {
    private static final String MAP =
            "RVBBIT MAP PARALLEL 4 'first_word' USING (SELECT unnest(['%s']) AS text) WITH (cache = false)";

    /** What is asked of a text waits for the latch. */
    private static CountDownLatch holds(SqlSession sql, String text) {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model()
                .answering(request ->
                        request.lastUserMessage().strip().equals(text)
                                ? StubAnswer.onceOpen(latch, request)
                                : StubAnswer.byDefault(request));
        return latch;
    }

    private static String running(SqlSession sql) {
        return sql.text("SELECT caller_id FROM rvbbit.statements WHERE status = 'running'");
    }

    @Test
    void a_statement_that_hangs_shows_the_call_that_it_waits_for(
            TestGateway gateway, SqlSession sql) throws Exception {
        CountDownLatch latch = holds(sql, "held");
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession other = gateway.session()) {
            Future<?> done =
                    threads.submit(
                            () -> other.query(MAP.formatted("one', 'held', 'two")).succeeds());
            sql.model().awaitCalls(3);
            String caller = running(sql);
            String of = " FROM trace_spans WHERE caller_id = '" + caller + "'";
            Waiting.until(
                    sql,
                    "SELECT count(*)" + of + " AND service = 'model' AND status = 'completed'",
                    "2");

            sql.query(
                            "SELECT depth, operation, ended_at IS NULL AS open, duration_ms >= 0 AS lasts"
                                    + of
                                    + " AND status = 'running' ORDER BY depth")
                    .returns(
                            """
                            depth | operation           | open | lasts
                            0     | statement           | t    | t
                            1     | cascade first_word  | t    | t
                            2     | cell first_word.ask | t    | t
                            3     | chat first_word.ask | t    | t\
                            """
                                    .replaceAll(" +\\|", " |"));
            assertThat(
                            sql.text(
                                    "SELECT string_agg(operation, ' < ' ORDER BY depth DESC) FROM trace_waterfall"
                                            + " WHERE status = 'running' AND caller_id = '"
                                            + caller
                                            + "'"))
                    .isEqualTo(
                            "chat first_word.ask < cell first_word.ask < cascade first_word < statement");
            assertThat(
                            sql.number(
                                    "SELECT count(*) FROM trace_waterfall w WHERE status = 'running'"
                                            + " AND session_id <> ''"))
                    .isEqualTo(3);
            assertThat(sql.number("SELECT sum(running_spans) FROM trace_spans_health"))
                    .isEqualTo(4);

            latch.countDown();
            done.get();

            sql.query(
                            "SELECT operation, status, count(*) AS spans, count(DISTINCT span_id) AS ids"
                                    + of
                                    + " AND service <> 'store' GROUP BY ALL ORDER BY operation")
                    .returns(
                            """
                            operation           | status    | spans | ids
                            cascade first_word  | completed | 3     | 3
                            cell first_word.ask | completed | 3     | 3
                            chat first_word.ask | completed | 3     | 3
                            input_query         | completed | 1     | 1
                            rewrite             | completed | 1     | 1
                            statement           | completed | 1     | 1\
                            """
                                    .replaceAll(" +\\|", " |"));
            assertThat(sql.number("SELECT sum(running_spans) FROM trace_spans_health")).isZero();
        } finally {
            latch.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RVBBIT MAP 'first_word' USING (%s)",
                "CREATE TEMP TABLE t AS RVBBIT MAP 'first_word' USING (%s)",
                "RVBBIT RUN 'sums' USING (%s)"
            })
    void a_statement_that_hangs_in_its_query_shows_that(
            String statement, TestGateway gateway, SqlSession sql) throws Exception {
        String endless =
                "SELECT count(*)::TEXT AS text, 1 AS amount FROM range(1000000000000) r(i)"
                        + " WHERE i % 7 = 3";
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession other = gateway.session()) {
            Future<?> done =
                    threads.submit(
                            () -> other.query(statement.formatted(endless)).fails(QUERY_CANCELED));
            Waiting.until(
                    sql,
                    "SELECT string_agg(operation, ' ' ORDER BY depth) FROM trace_spans"
                            + " WHERE status = 'running'",
                    "statement input_query");
            String caller = running(sql);
            sql.query("SELECT rvbbit_cancel('" + caller + "')").succeeds();
            done.get();

            sql.query(
                            "SELECT operation, status, error_type FROM trace_spans WHERE caller_id = '%s' AND service = 'gateway' ORDER BY depth, operation"
                                    .formatted(caller))
                    .returns(
                            """
                            operation | status | error_type
                            statement | cancelled | cancelled
                            input_query | cancelled | cancelled
                            rewrite | completed |\
                            """);
        }
    }

    @Test
    void an_input_query_that_fails_has_a_span_that_says_how(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'first_word' USING (SELECT CAST('x' || i AS INTEGER)::TEXT AS text FROM range(3) r(i))")
                .fails(INVALID_TEXT_REPRESENTATION);

        assertThat(
                        sql.text(
                                "SELECT severity || ' ' || finding || ' ' || operation || ': ' || evidence"
                                        + " FROM diagnose_execution_trace('"
                                        + sql.lastCaller()
                                        + "')"))
                .startsWith("critical failure input_query: sql after ")
                .contains("x0");
    }

    @Test
    void a_call_that_runs_far_longer_than_others_took_is_told_while_it_runs(
            TestGateway gateway, SqlSession sql) throws Exception {
        sql.execute(MAP.formatted("a', 'b', 'c', 'd"));
        CountDownLatch latch = holds(sql, "held");
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession other = gateway.session()) {
            Future<?> done = threads.submit(() -> other.query(MAP.formatted("held")).succeeds());
            sql.model().awaitCalls(5);
            String caller = running(sql);
            String finding =
                    "SELECT finding || ' ' || operation || ' ' || status FROM diagnose_execution_trace('"
                            + caller
                            + "')";

            Waiting.until(sql, finding, "slow_operation chat first_word.ask running");
            assertThat(sql.text(finding.replaceAll("finding \\|.* status", "evidence")))
                    .contains("still runs after", "times the average");

            latch.countDown();
            done.get();
        } finally {
            latch.countDown();
        }
    }
}
