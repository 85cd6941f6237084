package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Takes of a cell: which answer comes of them, what is asked, and what the books say. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = "RVBBIT_PRICES=[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]")
class TakesIT {
    private static final String DAY = " USING (SELECT 'day' AS text)";

    /** Each model's answer to a cell with a schema. */
    private static void say(SqlSession sql, Map<String, String> words) {
        sql.model()
                .answering(request ->
                        words.containsKey(request.model())
                                ? StubAnswer.text(words.getOrDefault(request.model(), ""))
                                : StubAnswer.byDefault(request));
    }

    private static String word(String word) {
        return "{\"word\": \"" + word + "\"}";
    }

    private static List<String> asked(SqlSession sql) {
        return sql.model().requests().stream().map(StubRequest::model).sorted().toList();
    }

    private static String books(SqlSession sql, String columns, String events) {
        return "SELECT %s FROM unified_logs WHERE caller_id = '%s' AND event_type IN (%s)"
                .formatted(columns, sql.lastCaller(), events);
    }

    private static String takes(SqlSession sql) {
        return sql.text(
                "SELECT content_json->'takes' FROM unified_logs WHERE event_type IN ('phase_complete',"
                        + " 'phase_error') AND cell_name = 'ask' AND caller_id = '"
                        + sql.lastCaller()
                        + "'");
    }

    private static void expectTheBill(SqlSession sql) {
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void the_answer_of_two_counts_and_the_third_loses(SqlSession sql) {
        say(sql, Map.of("one", word("moon"), "two", word("Sun"), "three", word("sun ")));

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY).returns("text | word\nday | Sun");

        assertThat(asked(sql)).containsExactly("one", "three", "two");
        assertThat(takes(sql))
                .contains("\"mode\":\"vote\"", "\"winner\":1", "\"votes\":2", "\"factor\":3");
        sql.query(books(sql, "take_index, model", "'turn_complete'"))
                .returnsInAnyOrder("take_index | model\n0 | one\n1 | two\n2 | three");
        sql.query(books(sql, "take_index, model, attempt_number", "'phase_complete'"))
                .returns("take_index | model | attempt_number\nNULL | two | 3");
        expectTheBill(sql);
        assertThat(
                        sql.decimal(
                                "SELECT sum(attempt_cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_decided_vote_does_not_wait_for_the_third_take(SqlSession sql) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        sql.model()
                .failing(request ->
                        request.model().equals("three")
                                ? Optional.of(new StubFault.Hang())
                                : Optional.empty());
        sql.model()
                .answering(request -> {
                    if (request.model().equals("two")) {
                        await(held);
                    }
                    return StubAnswer.text(word("sun"));
                });
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> query =
                    threads.submit(() ->
                            sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY)
                                    .returns("text | word\nday | sun"));
            sql.model().awaitCalls(3);
            held.countDown();
            query.get();
        }

        sql.model().awaitGivenUp(1);
        assertThat(sql.model().calls()).isEqualTo(3);
        sql.query(books(sql, "take_index, status", "'turn_complete', 'turn_error'"))
                .returnsInAnyOrder(
                        "take_index | status\n0 | completed\n1 | completed\n2 | uncosted");
        assertThat(takes(sql)).contains("{\"take\":2,\"state\":\"cancelled\"");
        expectTheBill(sql);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_take_that_cannot_decide_any_more_is_not_begun(SqlSession sql) {
        say(sql, Map.of("one", " Sun", "two", "sun"));

        sql.query("RVBBIT MAP 'vote_in_turn'" + DAY).returns("text | result\nday | Sun");

        assertThat(asked(sql)).containsExactly("one", "two");
        assertThat(takes(sql)).contains("{\"take\":2,\"state\":\"not started\"}");
    }

    @Test
    void no_more_than_max_parallel_run_at_a_time(SqlSession sql) throws Exception {
        sql.model().latency(Duration.ofMillis(50));
        sql.model().answering(request -> StubAnswer.text("no " + request.number()));

        sql.query("RVBBIT MAP 'vote_of_six'" + DAY).returnsRows(1);

        assertThat(sql.model().calls()).isEqualTo(6);
        assertThat(sql.model().maxInFlight()).isEqualTo(2);
    }

    @Test
    void a_model_picks_the_best(SqlSession sql) {
        say(
                sql,
                Map.of(
                        "one", word("moon"),
                        "two", word("rain"),
                        "three", word("sun"),
                        "judge", "{\"best\": 3}"));

        sql.query("RVBBIT MAP 'best_of_three' AS word" + DAY).returns("text | word\nday | LOUD");

        assertThat(asked(sql)).containsExactly("judge", "one", "stub-model", "three", "two");
        StubRequest judge =
                sql.model().requests().stream()
                        .filter(request -> request.model().equals("judge"))
                        .findFirst()
                        .orElseThrow();
        assertThat(judge.prompt())
                .startsWith("Which word fits day best?")
                .contains("A word for day", "<answer number=\"2\">\n{\"word\":\"rain\"}");
        assertThat(sql.model().requests().getLast().prompt()).isEqualTo("LOUD sun\n");
        assertThat(takes(sql)).contains("\"mode\":\"evaluate\"", "\"winner\":2");
        sql.query(books(sql, "take_index, model", "'turn_complete'"))
                .returnsInAnyOrder(
                        """
                        take_index | model
                        0          | one
                        1          | two
                        2          | three
                        NULL       | judge
                        NULL       | stub-model\
                        """);
        sql.query(books(sql, "cell_name, model", "'phase_complete'"))
                .returnsInAnyOrder("cell_name | model\nask | three\nshout | stub-model");
        expectTheBill(sql);
    }

    @Test
    void nobody_picks_where_all_agree(SqlSession sql) {
        say(sql, Map.of("one", word("sun"), "two", word("SUN"), "three", word("sun")));

        sql.query("RVBBIT MAP 'best_of_three' AS word" + DAY).returns("text | word\nday | LOUD");

        assertThat(asked(sql)).containsExactly("one", "stub-model", "three", "two");
        assertThat(takes(sql)).contains("\"winner\":0");
    }

    @Test
    void a_model_merges_them(SqlSession sql) {
        say(
                sql,
                Map.of(
                        "one",
                        word("moon"),
                        "two",
                        word("sun"),
                        TestGateway.MODEL,
                        "{\"word\": \"sky\", \"sure\": 0.5}"));

        sql.query("RVBBIT MAP 'merge_of_two' AS (word VARCHAR, sure DOUBLE)" + DAY)
                .returns("text | word | sure\nday | sky | 0.5");

        assertThat(asked(sql)).containsExactly("one", TestGateway.MODEL, "two");
        assertThat(sql.model().requests().getLast().prompt())
                .contains("keep what they agree on", "{\"word\":\"moon\"}", "{\"word\":\"sun\"}");
        expectTheBill(sql);
    }

    @Test
    void a_take_that_fails_is_lost_and_the_others_go_on(SqlSession sql) {
        say(sql, Map.of("one", "no json", "two", word("sun"), "three", word("moon")));

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY).returns("text | word\nday | sun");

        assertThat(takes(sql))
                .contains("{\"take\":0,\"state\":\"failed\",\"error\":{\"class\":\"schema\"")
                .contains("\"winner\":1", "\"votes\":1");
        sql.query(books(sql, "take_index, event_type", "'validation'"))
                .returns("take_index | event_type\n0 | validation\n0 | validation");
        expectTheBill(sql);
    }

    @Test
    void the_cell_fails_if_all_takes_do(SqlSession sql) {
        say(sql, Map.of("one", "no json", "two", "no json", "three", "no json"));

        String error =
                sql.query(
                                "RVBBIT MAP 'vote' AS (word VARCHAR)"
                                        + DAY
                                        + " WITH (on_error = 'column')")
                        .tells(WARNING, "1 of 1 rows failed: schema (1)")
                        .table()
                        .column("_error")
                        .getFirst();

        assertThat(error).contains("\"class\":\"schema\"", "no take of cell", "\"attempts\":6");
        assertThat(takes(sql)).doesNotContain("winner");
        expectTheBill(sql);
    }

    @Test
    void the_statement_s_model_goes_before_the_list(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'best_of_three' AS word"
                                + DAY
                                + " WITH (model = 'mine', on_error = 'fail')")
                .succeeds();

        assertThat(asked(sql)).containsOnly("mine");
    }

    @Test
    void what_a_take_may_not_ask_ends_the_statement(SqlSession sql) {
        sql.model().serves("other");

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY).fails(INVALID_PARAMETER_VALUE);
    }

    @Test
    void a_budget_that_ends_between_takes_ends_the_row(SqlSession sql) {
        sql.model().charging(_ -> new BigDecimal("0.0003"));
        say(sql, Map.of("one", "sun", "two", "moon", "three", "sun"));

        String error =
                sql.query(
                                "RVBBIT MAP 'vote_in_turn'"
                                        + DAY
                                        + " WITH (budget_dollars = 0.0009, on_error = 'column')")
                        .table()
                        .column("_error")
                        .getFirst();

        assertThat(error).contains("\"class\":\"budget\"");
        assertThat(asked(sql)).containsExactly("one", "two");
        assertThat(takes(sql)).contains("{\"take\":2,\"state\":\"failed\"");
        assertThat(sql.model().bill().sum().costUsd()).isEqualByComparingTo("0.0006");
        expectTheBill(sql);
    }

    @Test
    void a_vote_that_is_decided_needs_no_budget_for_the_rest(SqlSession sql) {
        sql.model().charging(_ -> new BigDecimal("0.0003"));
        say(sql, Map.of("one", word("sun"), "two", word("sun"), "three", word("moon")));

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY + " WITH (budget_dollars = 0.0016)")
                .returns("text | word\nday | sun");

        assertThat(sql.model().bill().sum().costUsd())
                .isLessThanOrEqualTo(new BigDecimal("0.0016"));
    }

    @Test
    void a_cancel_reaches_all_takes(SqlSession sql, TestGateway gateway) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class,
                                    () -> statement.execute("RVBBIT MAP 'vote'" + DAY)));
            sql.model().awaitInFlight(3);

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.model().awaitGivenUp(3);
            running.query(books(running, "take_index, status", "'turn_error'"))
                    .returnsInAnyOrder(
                            "take_index | status\n0 | uncosted\n1 | uncosted\n2 | uncosted");
            running.query(books(running, "event_type, status", "'phase_error'"))
                    .returns("event_type | status\nphase_error | cancelled");
        }
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void the_time_of_the_row_is_that_of_all_its_takes(SqlSession sql) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));

        sql.query("RVBBIT MAP 'vote'" + DAY + " WITH (timeout = '300ms')")
                .tells(WARNING, "1 of 1 rows failed: timeout (1)");

        sql.model().awaitGivenUp(3);
        sql.query(books(sql, "take_index, error_json->>'class' AS class", "'turn_error'"))
                .returnsInAnyOrder("take_index | class\n0 | timeout\n1 | timeout\n2 | timeout");
    }

    private static String plan(SqlSession sql, String cascade) {
        return sql.text("EXPLAIN (FORMAT JSON) RVBBIT MAP '" + cascade + "'" + DAY)
                .replaceAll("\\s", "");
    }

    @Test
    void explain_counts_all_takes(SqlSession sql) {
        String vote = plan(sql, "vote");
        assertThat(vote).contains("\"calls\":{\"min\":2,\"max\":");
        assertThat(vote)
                .contains("\"model\":[\"one\",\"two\",\"three\"]")
                .doesNotContain("\"max\":null");

        String merge = plan(sql, "merge_of_two");
        assertThat(merge).contains("\"calls\":{\"min\":3,\"max\":").doesNotContain("\"max\":null");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void the_stored_answer_is_that_of_the_models_of_the_list(SqlSession sql) {
        sql.execute("SET rvbbit.cache = on");
        say(sql, Map.of("one", word("sun"), "two", word("sun"), "three", word("sun")));
        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY).returnsRows(1);
        long calls = sql.model().calls();

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY).returns("text | word\nday | sun");
        assertThat(sql.model().calls()).isEqualTo(calls);

        sql.query("RVBBIT MAP 'vote' AS (word VARCHAR)" + DAY + " WITH (model = 'one')")
                .returnsRows(1);
        assertThat(sql.model().calls()).isGreaterThan(calls);
    }
}
