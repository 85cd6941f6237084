package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.it.Proof;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Functions that a model calls: which, how often, what it is told, and what the books know. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class ToolsIT {
    private static final String STOCK = "RVBBIT MAP 'stock' AS answer USING (SELECT 'A-1' AS sku)";

    private static StubAnswer level(String sku) {
        return StubAnswer.toolCall("call-" + sku, "stock_level", "{\"sku\":\"" + sku + "\"}");
    }

    /** What the model is given back for its n-th turn, from 1. */
    private static List<String> told(SqlSession sql, int turn) {
        return sql.model().requests().get(turn - 1).toolResults();
    }

    private static String events(SqlSession sql, String columns, String types) {
        return "SELECT %s FROM unified_logs WHERE caller_id = '%s' AND event_type IN (%s) ORDER BY timestamp, event_type DESC"
                .formatted(columns, sql.lastCaller(), types);
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void a_tool_is_called_turn_after_turn_until_the_model_answers(SqlSession sql) {
        sql.model()
                .answering(request ->
                        switch (request.toolResults().size()) {
                            case 0 -> level("A-1");
                            case 1 -> level("B-2");
                            default -> StubAnswer.text("twelve and none");
                        });

        sql.query(STOCK).returns("sku | answer\nA-1 | twelve and none");

        assertThat(sql.model().calls()).isEqualTo(3);
        assertThat(told(sql, 3))
                .containsExactly(
                        "{\"sku\":\"A-1\",\"on_hand\":12}", "{\"sku\":\"B-2\",\"on_hand\":0}");
        sql.query(
                        events(
                                sql,
                                "event_type, node_type, content_json->'arguments'->>'sku' AS sku,"
                                        + " content_json->'output'->>'on_hand' AS on_hand",
                                "'tool_start', 'tool_complete', 'tool_error'"))
                .returns(
                        """
                        event_type    | node_type   | sku  | on_hand
                        tool_start    | stock_level | A-1  | NULL
                        tool_complete | stock_level | NULL | 12
                        tool_start    | stock_level | B-2  | NULL
                        tool_complete | stock_level | NULL | 0\
                        """);
        sql.query(
                        events(
                                sql,
                                "turn_number, attempt_number, tool_calls_json->0->>'id' AS call",
                                "'turn_complete'"))
                .returns(
                        """
                        turn_number | attempt_number | call
                        1           | 1              | call-A-1
                        2           | 2              | call-B-2
                        3           | 3              | NULL\
                        """);
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void the_tools_are_offered_with_their_schema_and_the_conversation_is_whole(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty() ? level("A-1") : StubAnswer.text("twelve"));

        sql.query(STOCK).returnsRows(1);

        StubRequest second = sql.model().requests().get(1);
        assertThat(second.body().path("tools").findValuesAsText("name"))
                .containsExactly("stock_level", "wait_for", "sleeper");
        assertThat(second.body().at("/tools/0/function/parameters/required/0").asText())
                .isEqualTo("sku");
        assertThat(second.body().at("/tools/1/function/description").asText())
                .isEqualTo("Waits for somebody.");
        assertThat(second.body().path("messages").findValuesAsText("role"))
                .containsExactly("user", "assistant", "tool");
        assertThat(second.body().at("/messages/1/tool_calls/0/id").asText()).isEqualTo("call-A-1");
        assertThat(second.body().at("/messages/2/tool_call_id").asText()).isEqualTo("call-A-1");
    }

    @Test
    void calls_of_one_turn_run_at_the_same_time(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "wait_for", "{\"who\":\"Ann\"}")
                                        .andCall("b", "wait_for", "{\"who\":\"Bob\"}")
                                : StubAnswer.text("both"));

        sql.query(STOCK).returns("sku | answer\nA-1 | both");

        assertThat(told(sql, 2)).containsExactly("Ann was there", "Bob was there");
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void wrong_arguments_are_told_to_the_model_and_the_tool_is_not_called(SqlSession sql) {
        sql.model()
                .answering(request ->
                        switch (request.toolResults().size()) {
                            case 0 -> StubAnswer.toolCall("a", "stock_level", "{\"sku\":7}");
                            case 1 -> StubAnswer.toolCall("b", "stock_level", "{\"sku\"");
                            default -> StubAnswer.text("sorry");
                        });

        sql.query(STOCK).returns("sku | answer\nA-1 | sorry");

        assertThat(told(sql, 3).getFirst())
                .startsWith("{\"error\":\"wrong arguments: /sku: ")
                .contains("string");
        assertThat(told(sql, 3).getLast()).contains("the arguments are no JSON object");
        sql.query(
                        events(
                                sql,
                                "node_type, error_json->>'class' AS class",
                                "'tool_complete', 'tool_error'"))
                .returns("node_type | class\nstock_level | arguments\nstock_level | arguments");
    }

    @Test
    void an_unknown_tool_is_told_to_the_model(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "drop_everything", "{}")
                                : StubAnswer.text("sorry"));

        sql.query(STOCK).returns("sku | answer\nA-1 | sorry");

        assertThat(told(sql, 2))
                .containsExactly(
                        "{\"error\":\"there is no tool \\\"drop_everything\\\"; there are"
                                + " stock_level, wait_for, sleeper\"}");
    }

    @Test
    void a_tool_that_fails_is_told_to_the_model_without_its_inner_life(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? level("C-3").andCall("b", "stock_level", "{\"sku\":\"bug\"}")
                                : StubAnswer.text("none"));

        sql.query(STOCK).returns("sku | answer\nA-1 | none");

        assertThat(told(sql, 2))
                .containsExactly(
                        "{\"error\":\"there is no product C-3\"}",
                        "{\"error\":\"tool \\\"stock_level\\\" broke down:"
                                + " IllegalStateException\"}");
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs WHERE caller_id = '%s' AND (content_json::VARCHAR || error_json::VARCHAR) LIKE '%%secret of%%'"
                                .formatted(sql.lastCaller()))
                .returns("n\n0");
    }

    @Test
    void a_model_that_never_stops_calling_is_the_row_s_error(SqlSession sql) {
        sql.model().answering(request -> level("A-1"));

        var table = sql.query(STOCK + " WITH (on_error = 'column')").table();

        assertThat(table.column("answer")).containsOnlyNulls();
        assertThat(table.column("_error").getFirst())
                .contains("\"class\":\"turns\"", "rules.max_turns", "\"attempts\":3");
        assertThat(sql.model().calls()).isEqualTo(3);
        // What the last turn asked for would have been read by nobody.
        sql.query(events(sql, "event_type", "'tool_complete'"))
                .returns("event_type\ntool_complete\ntool_complete");
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_form_of_the_answer_stands_in_the_prompt_where_there_are_tools(SqlSession sql) {
        sql.model()
                .answers("Say 12", "so it is")
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? level("A-1")
                                : StubAnswer.text("{\"pieces\": 12}"));

        sql.query("RVBBIT MAP 'stock_report' AS answer USING (SELECT 'A-1' AS sku)")
                .returns("sku | answer\nA-1 | so it is");

        StubRequest first = sql.model().requests().getFirst();
        assertThat(first.schema().isMissingNode()).isTrue();
        assertThat(first.prompt()).contains("JSON Schema", "\"pieces\":{\"type\":\"integer\"}");
        assertThat(first.body().path("tools").size()).isEqualTo(1);
        // "skills: []" leaves out those of the cascade.
        assertThat(sql.model().requests().getLast().body().has("tools")).isFalse();
    }

    @Test
    void answers_with_tools_are_stored_only_where_the_cascade_promises_to_be_pure(SqlSession sql) {
        sql.execute("SET rvbbit.cache = true");
        sql.model().answers("Say", "so it is").answers("How many", "{\"pieces\": 12}");

        for (int i = 0; i < 2; i++) {
            sql.query("RVBBIT MAP 'stock' AS answer USING (SELECT 'A-1' AS sku)").returnsRows(1);
        }
        assertThat(sql.model().calls()).isEqualTo(2);

        for (int i = 0; i < 2; i++) {
            sql.query("RVBBIT MAP 'stock_report' AS answer USING (SELECT 'A-1' AS sku)")
                    .returnsRows(1);
        }
        assertThat(sql.model().calls()).isEqualTo(4);

        // The whole row counts, since nobody knows what tools are told.
        sql.query("RVBBIT MAP 'stock_report' AS answer USING (SELECT 'A-1' AS sku, 1 AS more)")
                .returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void explain_counts_the_turns(SqlSession sql) {
        String json = sql.query("EXPLAIN (FORMAT JSON) " + STOCK).value();

        assertThat(json)
                .containsPattern("\"min\" : 1,\\s*\"max\" : 9")
                .contains("what the tools of cell \\\"look_up\\\" give is in its prompts");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_budget_ends_between_two_turns(SqlSession sql) {
        sql.model().charging(request -> new BigDecimal("0.01")).answering(_ -> level("A-1"));

        sql.query(STOCK + " WITH (budget_dollars = 0.015)").returns("sku | answer\nA-1 | NULL");

        assertThat(sql.model().calls()).isBetween(1L, 2L);
        sql.query(events(sql, "error_json->>'class' AS class", "'phase_error'"))
                .returns("class\nbudget");
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_cancel_ends_a_tool_that_runs(TestGateway gateway, SqlSession sql) throws Exception {
        StockTools.Sleeper.begun = new CountDownLatch(1);
        sql.model()
                .answering(_ ->
                        StubAnswer.toolCall("a", "sleeper", "{\"why\":\"tired\"}")
                                .andCall("b", "stock_level", "{\"sku\":\"A-1\"}"));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> statement.execute(STOCK)));
            assertThat(StockTools.Sleeper.begun.await(30, TimeUnit.SECONDS)).isTrue();
            String caller =
                    sql.text("SELECT caller_id FROM rvbbit.statements WHERE status = 'running'");

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.query(
                            "SELECT node_type, status FROM (SELECT node_type, error_json->>'class' AS status FROM unified_logs WHERE caller_id = '"
                                    + caller
                                    + "' AND event_type = 'tool_error')")
                    .returns("node_type | status\nsleeper | cancelled");
        }
        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_time_that_is_over_ends_a_tool_that_runs(SqlSession sql) {
        sql.model().answering(_ -> StubAnswer.toolCall("a", "sleeper", "{\"why\":\"tired\"}"));

        sql.query(STOCK + " WITH (timeout = '300ms')")
                .returns("sku | answer\nA-1 | NULL")
                .tells(WARNING, "timeout (1)");

        sql.query(events(sql, "error_json->>'class' AS class", "'tool_error'"))
                .returns("class\ntimeout");
    }
}
