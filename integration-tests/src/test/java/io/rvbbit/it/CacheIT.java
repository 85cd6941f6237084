package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The same work is done once, whichever statement asks. */
@GatewayTest
class CacheIT {
    private static final String ONE_WORD =
            "RVBBIT MAP 'first_word' USING (SELECT 'red one' AS text)";

    private static final String SUMS =
            "RVBBIT RUN 'sums' USING (SELECT * FROM (VALUES (1.5), (2.5)) v(amount)) WITH (meta = true)";

    private static String books(SqlSession sql, String columns) {
        return "SELECT "
                + columns
                + " FROM sql_query_log WHERE caller_id = '"
                + sql.lastCaller()
                + "'";
    }

    @Test
    void a_statement_that_is_repeated_costs_nothing(SqlSession sql) {
        sql.query(ONE_WORD).returns("text | result\nred one | red");
        String session =
                sql.text(
                        "SELECT session_id FROM session_state WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'");
        sql.query(ONE_WORD + " WITH (meta = true)")
                .returns(
                        """
                        text    | result | _session_id | _cost          | _tokens_in | _tokens_out | _cached | _duration_ms
                        red one | red    | %s | 0.000000000000 | 0          | 0           | t       | 0\
                        """
                                .formatted(session));

        assertThat(sql.model().calls()).isEqualTo(1);
        String caller = sql.lastCaller();
        sql.query(books(sql, "status, rows_input, llm_calls_count, cache_hits, total_cost"))
                .returns(
                        """
                        status    | rows_input | llm_calls_count | cache_hits | total_cost
                        completed | 1          | 0               | 1          | 0.000000000000\
                        """);
        sql.query(
                        "SELECT event_type, cost, source_row_index,"
                                + " json_extract_string(content_json, '$.session_id') AS computed_by,"
                                + " length(input_hash) AS hash FROM unified_logs WHERE caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        event_type | cost | source_row_index | computed_by | hash
                        cache_hit  | NULL | 0                | %s | 64\
                        """
                                .formatted(session));
        sql.query("SELECT count(*) AS n FROM session_state WHERE caller_id = '" + caller + "'")
                .returns("n\n0");
        assertThat(sql.decimal("SELECT rvbbit_last_cost()")).isEqualByComparingTo("0");
    }

    @Test
    void a_served_input_has_one_row_in_the_log_however_many_rows_have_it(SqlSession sql) {
        sql.execute(ONE_WORD);
        sql.execute(
                "RVBBIT MAP 'first_word' USING (SELECT 'red one' AS text, i FROM range(500) r(i))");

        sql.query(books(sql, "cache_hits, llm_calls_count"))
                .returns("cache_hits | llm_calls_count\n500 | 0");
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("n\n1");
    }

    @Test
    void eight_statements_at_once_call_once_for_each_input(TestGateway gateway, SqlSession sql)
            throws Exception {
        gateway.model().latency(Duration.ofMillis(5));
        CountDownLatch go = new CountDownLatch(1);
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int from = i * 20;
            FutureTask<String> client =
                    new FutureTask<>(() -> {
                        try (SqlSession session = gateway.session()) {
                            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
                            session.query(
                                            "SELECT count(*) AS n, bool_and(word = text) AS good FROM"
                                                    + " (RVBBIT MAP PARALLEL 8 'first_word' AS word USING"
                                                    + " (SELECT 'w' || i AS text FROM range("
                                                    + from
                                                    + ", "
                                                    + (from + 200)
                                                    + ") r(i) ORDER BY random())) m")
                                    .returns("n | good\n200 | t");
                            return session.lastCaller();
                        }
                    });
            Thread.ofPlatform().name("client-" + i).start(client);
            callers.add(client);
        }
        go.countDown();
        for (Future<String> caller : callers) {
            assertThat(caller.get(120, TimeUnit.SECONDS)).startsWith("sql-");
        }

        assertThat(gateway.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .doesNotHaveDuplicates()
                .hasSize(340);
        StubBill.Sum bill = gateway.model().bill().sum();
        String ours =
                " FROM sql_query_log WHERE caller_id IN ('"
                        + String.join("', '", callers.stream().map(Future::resultNow).toList())
                        + "')";
        sql.query("SELECT sum(llm_calls_count) AS calls, sum(cache_hits) AS hits" + ours)
                .returns("calls | hits\n340 | " + (1600 - 340));
        assertThat(sql.decimal("SELECT sum(total_cost)" + ours))
                .isEqualByComparingTo(bill.costUsd());
        sql.query(
                        "SELECT count(*) AS n FROM sql_query_log l WHERE total_cost <>"
                                + " (SELECT coalesce(sum(cost), 0) FROM unified_logs u"
                                + " WHERE u.caller_id = l.caller_id)")
                .returns("n\n0");
    }

    @Test
    void who_waits_takes_over_from_a_cancelled_statement_and_pays(TestGateway gateway)
            throws Exception {
        gateway.model().failsOn("slow", new StubFault.Hang());
        try (SqlSession leader = gateway.session();
                SqlSession heir = gateway.session();
                Statement statement = leader.connection().createStatement()) {
            String map = "RVBBIT MAP 'first_word' USING (SELECT 'slow one' AS text)";
            FutureTask<Boolean> running = new FutureTask<>(() -> statement.execute(map));
            Thread.ofPlatform().name("leader").start(running);
            until(() -> gateway.model().inFlight() == 1);
            FutureTask<String> waiting =
                    new FutureTask<>(() -> {
                        heir.query(map).returns("text | result\nslow one | slow");
                        return heir.lastCaller();
                    });
            Thread.ofPlatform().name("heir").start(waiting);
            try (SqlSession watch = gateway.session()) {
                until(() ->
                        watch.number("SELECT count(*) FROM sql_query_log WHERE status = 'running'")
                                == 2);
            }
            statement.cancel();

            String payer = waiting.get(60, TimeUnit.SECONDS);
            assertThat(running).failsWithin(Duration.ofSeconds(60));
            heir.query(
                            "SELECT llm_calls_count, cache_hits, status FROM sql_query_log"
                                    + " WHERE caller_id = '"
                                    + payer
                                    + "'")
                    .returns("llm_calls_count | cache_hits | status\n1 | 0 | completed");
            assertThat(
                            heir.decimal(
                                    "SELECT total_cost FROM sql_query_log WHERE caller_id = '"
                                            + payer
                                            + "'"))
                    .isEqualByComparingTo(gateway.model().bill().sum().costUsd())
                    .isGreaterThan(BigDecimal.ZERO);
        }
        assertThat(gateway.model().calls()).isEqualTo(2);
    }

    /** What is awaited has no event that a client could wait for. */
    private static void until(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_failure_is_tried_again_by_the_next_statement(SqlSession sql) {
        sql.model().failsOn("red one", StubFault.status(400));
        sql.query(ONE_WORD).returns("text | result\nred one | NULL");
        sql.query(ONE_WORD).returns("text | result\nred one | red");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void only_stored_answers_are_given_where_nothing_else_is_wanted(SqlSession sql) {
        sql.execute(ONE_WORD);
        sql.query(
                        "SELECT text, result, json_extract_string(_error::VARCHAR, '$.class') AS why FROM"
                                + " (RVBBIT MAP 'first_word' USING (SELECT unnest(['red one', 'blue one'])"
                                + " AS text) WITH (cache = 'only', on_error = 'column')) m ORDER BY text DESC")
                .returns(
                        """
                        text     | result | why
                        red one  | red    | NULL
                        blue one | NULL   | cache_miss\
                        """);
        sql.execute("SET rvbbit.cache = 'only'");
        sql.query("SELECT rvbbit_run('first_word', {'text': 'blue one'})")
                .fails(EXTERNAL_ROUTINE)
                .says("cache_miss");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void the_setting_is_for_statements_that_do_not_say(SqlSession sql) {
        sql.execute("SET rvbbit.cache = off");
        sql.query("SHOW rvbbit.cache").returns("rvbbit.cache\nfalse");
        sql.execute(ONE_WORD).execute(ONE_WORD);
        assertThat(sql.model().calls()).isEqualTo(2);

        sql.execute(ONE_WORD + " WITH (cache = true)");
        sql.execute(ONE_WORD + " WITH (cache = '1h')");
        assertThat(sql.model().calls()).isEqualTo(3);

        sql.execute("RESET rvbbit.cache").execute(ONE_WORD);
        assertThat(sql.model().calls()).isEqualTo(3);
        sql.query("SET rvbbit.cache = 'sometimes'")
                .fails(INVALID_PARAMETER_VALUE)
                .hint("true, false, only or an age like 30m");
        sql.query(ONE_WORD + " WITH (cache = 'sometimes')")
                .fails(INVALID_PARAMETER_VALUE)
                .says("true, false, 'only' or an age like '30m'");
    }

    @Test
    void an_answer_that_is_too_old_is_replaced(SqlSession sql) {
        sql.execute(ONE_WORD);
        until(() -> {
            sql.execute(ONE_WORD + " WITH (cache = '1ms')");
            return sql.model().calls() == 2;
        });

        sql.execute(ONE_WORD);
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void functions_share_answers_too(SqlSession sql) {
        sql.execute("SELECT rvbbit('What is this?', 'a red apple')");
        sql.execute("SELECT rvbbit('What is this?', 'a red apple')");
        sql.execute(ONE_WORD)
                .execute("SELECT rvbbit_run('first_word', {'text': 'red one', 'n': 1})");
        assertThat(sql.model().calls()).isEqualTo(2);

        String batch = "SELECT rvbbit_run_batch('sums', '[{\"amount\": 1}]', 't')";
        sql.execute(batch).execute(batch);
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void a_run_is_shared_as_long_as_it_reads_only_its_rows(SqlSession sql) {
        sql.execute(SUMS).execute(SUMS);
        assertThat(sql.model().calls()).isEqualTo(1);
        sql.query(books(sql, "llm_calls_count, cache_hits"))
                .returns("llm_calls_count | cache_hits\n0 | 1");

        sql.execute(SUMS.replace("2.5", "2.6"));
        assertThat(sql.model().calls()).isEqualTo(2);
        sql.execute(SUMS.replace("amount)", "amount) ORDER BY 1 DESC"));
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void a_cascade_that_reads_a_table_is_computed_for_each_statement(SqlSession sql) {
        sql.execute("CREATE TABLE IF NOT EXISTS cache_facts AS SELECT 'x' AS name, 1 AS n");
        sql.query("RVBBIT MAP 'reads_table' USING (SELECT 'x' AS name)").returnsRows(1);
        sql.query("RVBBIT MAP 'reads_table' USING (SELECT 'x' AS name)").returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(2);

        sql.query("RVBBIT MAP 'promises' USING (SELECT 'x' AS name)").returnsRows(1);
        sql.query("RVBBIT MAP 'promises' USING (SELECT 'x' AS name)").returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void clearing_the_cache_tells_how_many_answers_there_were(SqlSession sql) {
        sql.execute(ONE_WORD).execute(SUMS);
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'blue one' AS text)");

        sql.query("SELECT rvbbit_cache_clear('first_word') AS n").returns("n\n2");
        sql.query("SELECT rvbbit_cache_clear('nothing of this name') AS n").returns("n\n0");
        sql.query("SELECT rvbbit_cache_clear() AS n").returns("n\n1");
        sql.execute(ONE_WORD);
        assertThat(sql.model().calls()).isEqualTo(4);
    }
}
