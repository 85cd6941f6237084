package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model chooses the next cell by calling a function. */
@GatewayTest
class HandoffIT {
    private static final String ONE = "(SELECT 'my bill' AS text)";

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @BeforeEach
    void echo(TestGateway gateway) {
        gateway.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    private static StubAnswer to(String target) {
        return StubAnswer.toolCall(
                "call_1", "route_to", "{\"target\":\"%s\",\"reason\":\"fits\"}".formatted(target));
    }

    private static String rows(SqlSession sql, String columns, String where) {
        return "SELECT %s FROM unified_logs WHERE caller_id = '%s' AND %s"
                .formatted(columns, sql.lastCaller(), where);
    }

    private static void assertCostIsTheBill(SqlSession sql, int calls) {
        assertThat(sql.model().calls()).isEqualTo(calls);
        sql.query(
                        "SELECT llm_calls_count AS calls, total_cost AS cost FROM sql_query_log WHERE"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        "calls | cost\n%d | %s"
                                .formatted(
                                        calls, sql.model().bill().sum().costUsd().toPlainString()));
        sql.query(
                        "SELECT sum(cost) AS cost FROM all_data WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("cost\n" + sql.model().bill().sum().costUsd().toPlainString());
    }

    @Test
    void the_model_hands_over_to_the_second_cell(SqlSession sql) {
        StubEndpoint model = sql.model();
        model.answers("Whose is this?", to("tech"), StubAnswer.text("it is broken"));

        sql.query("RVBBIT MAP 'handoff' AS said USING " + ONE)
                .returns("text | said\nmy bill | tech, since it is broken");

        assertThat(model.requests().getFirst().tools()).containsExactly("route_to");
        assertThat(model.requests().getFirst().body().at("/tools/0/function/parameters").toString())
                .contains(
                        "\"enum\":[\"billing\",\"tech\"]",
                        "billing: Questions of money.\\ntech: Things that do not work.");
        assertThat(model.requests().getLast().tools()).isEmpty();
        assertCostIsTheBill(sql, 3);
        sql.query(rows(sql, "cell_name, content_json AS content", "event_type = 'handoff'"))
                .returns(
                        "cell_name | content\n"
                                + "triage | {\"from\":\"triage\",\"to\":\"tech\",\"reason\":\"fits\"}");
        sql.query(
                        rows(
                                sql,
                                "cell_name, content_json->>'output' AS output",
                                "event_type = 'phase_complete' ORDER BY timestamp"))
                .returns(
                        """
                        cell_name | output
                        triage    | it is broken
                        tech      | tech, since it is broken\
                        """);
    }

    @Test
    void an_answer_beside_the_choice_is_kept(SqlSession sql) {
        StubAnswer both = new StubAnswer("too dark", to("tech").toolCalls(), "tool_calls");
        sql.model().answers("Whose is this?", both);

        sql.query("RVBBIT MAP 'handoff' AS said USING " + ONE)
                .returns("text | said\nmy bill | tech, since too dark");

        assertCostIsTheBill(sql, 2);
    }

    @Test
    void nobody_asks_for_an_answer_that_nobody_reads(SqlSession sql) {
        sql.model().answers("Whose is this?", to("billing"));

        sql.query("RVBBIT MAP 'handoff_silent' AS said USING " + ONE)
                .returns("text | said\nmy bill | close");

        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .containsExactly("Whose is this? my bill", "money my bill", "close");
        assertCostIsTheBill(sql, 3);
    }

    @Test
    void a_model_that_chooses_none_goes_on_in_order(SqlSession sql) {
        sql.query("RVBBIT MAP 'handoff' AS said USING " + ONE)
                .returns("text | said\nmy bill | Whose is this? my bill");

        assertCostIsTheBill(sql, 1);
        sql.query(rows(sql, "count(*) AS n", "event_type = 'handoff'")).returns("n\n0");
    }

    @Test
    void a_wrong_choice_is_told_back(SqlSession sql) {
        sql.model().answers("Whose is this?", to("sales"), to("billing"), StubAnswer.text("dear"));

        sql.query("RVBBIT MAP 'handoff' AS said USING " + ONE)
                .returns("text | said\nmy bill | money my bill");

        assertThat(sql.model().requests().get(1).toolResults())
                .containsExactly("{\"error\":\"\\\"sales\\\" is none of billing, tech\"}");
        assertCostIsTheBill(sql, 4);
    }

    @Test
    void a_model_that_insists_on_a_wrong_cell_fails(SqlSession sql) {
        sql.model().answers("Whose is this?", to("sales"));

        var table =
                sql.query(
                                "RVBBIT MAP 'handoff' AS said USING "
                                        + ONE
                                        + " WITH (on_error = 'column')")
                        .table();

        assertThat(table.column("_error").getFirst())
                .contains("\"class\":\"handoff\"", "hands over to \\\"sales\\\"");
        assertCostIsTheBill(sql, 3);
    }

    @Test
    void explain_bounds_the_requests_of_a_choice(SqlSession sql) throws Exception {
        var calls =
                Explained.explain(sql, "", "RVBBIT MAP 'handoff' AS said USING " + ONE)
                        .path("calls");

        // Three requests for the choice, one for each other cell, each tried three times.
        assertThat(calls.path("min").asInt()).isEqualTo(1);
        assertThat(calls.path("max").asInt()).isEqualTo(15);
    }
}
