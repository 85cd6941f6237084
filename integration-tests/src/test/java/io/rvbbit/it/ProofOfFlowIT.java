package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way that a run can take: the answer, the calls, their cost, the rows on the books. */
@GatewayTest(environment = {"RVBBIT_CALL_ATTEMPTS=1", "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]"})
class ProofOfFlowIT {
    private static final String ROUTED =
            """
            cells:
            - name: first
              instructions: "first {{ input.text }}"
              routing: {%s}
            - {name: good, instructions: "good", routing: {default: end}}
            - {name: bad, instructions: "bad", routing: {default: end}}
            - {name: end, instructions: "end of {{ outputs.good | default('') }}{{ outputs.bad | default('') }}"}
            """;

    @BeforeEach
    void echo(SqlSession sql) {
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    @AfterEach
    void remove_the_file() throws IOException {
        Proof.removeFile();
    }

    @Test
    void success_leads_on(SqlSession sql) throws IOException {
        Proof.of(sql, ROUTED.formatted("success: good, error: bad"))
                .says("end of good")
                .calls(3)
                .books("first phase_complete 1, good phase_complete 1, end phase_complete 1");
    }

    @Test
    void failure_leads_elsewhere(SqlSession sql) throws IOException {
        sql.model().failsOn("first", StubFault.status(500));

        Proof.of(sql, ROUTED.formatted("success: good, error: bad"))
                .says("end of bad")
                .calls(3)
                .books(
                        "first turn_error 1, first phase_error 1, bad phase_complete 1, end phase_complete 1");
    }

    @Test
    void the_default_leads_on_after_either(SqlSession sql) throws IOException {
        Proof.of(sql, ROUTED.formatted("error: good, default: bad"))
                .says("end of bad")
                .calls(3)
                .books("first phase_complete 1, bad phase_complete 1, end phase_complete 1");
    }

    @Test
    void a_failure_that_may_be_is_null_to_the_next(SqlSession sql) throws IOException {
        sql.model().failsOn("first", StubFault.status(500));

        Proof.of(
                        sql,
                        """
                        cells:
                        - {name: first, instructions: first, on_error: continue}
                        - {name: end, instructions: "after {{ outputs.first }}"}
                        """)
                .says("after null")
                .calls(2)
                .books("first turn_error 1, first phase_error 1, end phase_complete 1");
    }

    @Test
    void the_model_hands_over_to_the_second(SqlSession sql) throws IOException {
        sql.model()
                .answering(request ->
                        request.tools().isEmpty()
                                ? StubAnswer.text(request.lastUserMessage())
                                : StubAnswer.toolCall(
                                        "a",
                                        "route_to",
                                        "{\"target\":\"two\",\"reason\":\"fits\"}"));

        Proof.of(
                        sql,
                        """
                        cells:
                        - {name: ask, instructions: ask, handoffs: [one, {target: two, description: The second.}]}
                        - {name: one, instructions: said by one}
                        - {name: two, instructions: said by two}
                        """)
                .says("said by two")
                .calls(2)
                .books("ask handoff 1, ask phase_complete 1, two phase_complete 1")
                .notes("handoff", "to", "two");
    }

    @Test
    void a_take_loses_the_vote(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "no", "yes", "yes");

        Proof.of(
                        sql,
                        "cells: [{name: ask, instructions: ask, takes: {factor: 3, mode: vote, max_parallel: 1}}]")
                .says("yes")
                .calls(3)
                .books("ask phase_complete 1");
        sql.query(
                        "SELECT content_json->'takes'->>'winner' AS winner, content_json->'takes'->>'votes' AS votes"
                                + " FROM unified_logs WHERE event_type = 'phase_complete' AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("winner | votes\n1 | 2");
    }

    @Test
    void a_model_picks_one_take_and_the_other_is_paid_too(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "short", "much longer", "{\"best\": 2}");

        Proof proof =
                Proof.of(
                        sql,
                        """
                        cells:
                        - name: ask
                          instructions: ask
                          takes: {factor: 2, mode: evaluate, max_parallel: 1, evaluator_model: picky, evaluator_instructions: The longest.}
                        """);

        proof.calls(3).books("ask phase_complete 1");
        StubRequest judge = sql.model().requests().getLast();
        assertThat(judge.model()).isEqualTo("picky");
        assertThat(judge.prompt()).contains("The longest.", "short", "much longer");
        proof.says("much longer");
    }

    @Test
    void a_model_merges_the_takes(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "one", "two", "one and two");

        Proof.of(
                        sql,
                        "cells: [{name: ask, instructions: ask, takes: {factor: 2, mode: aggregate, max_parallel: 1}}]")
                .says("one and two")
                .calls(3)
                .books("ask phase_complete 1");
    }

    @Test
    void what_earlier_cells_said_stands_before_the_question(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        """
                        cells:
                        - {name: plan, instructions: plan}
                        - {name: work, instructions: work, context: {from: first}}
                        - name: end
                          instructions: end
                          context: {from: all, include: messages, history: 1, max_tokens: 1000}
                        """)
                .says("end")
                .calls(3)
                .books("plan phase_complete 1, work phase_complete 1, end phase_complete 1");
        assertThat(sql.model().requests().get(1).prompt()).contains("plan", "work");
        assertThat(sql.model().requests().get(2).prompt())
                .contains("work", "end")
                .doesNotContain("plan");
    }

    @Test
    void the_state_goes_from_cell_to_cell(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        """
                        state: {tries: 0}
                        cells:
                        - {name: one, instructions: one, state: {tries: "{{ state.tries + 1 }}", last: "{{ output }}"}}
                        - {name: end, instructions: "{{ state.tries }} {{ state.last }}"}
                        """)
                .says("1 one")
                .calls(2)
                .books("one phase_complete 1, end phase_complete 1");
    }

    @Test
    void rows_go_on_past_one_that_fails(SqlSession sql) throws IOException {
        sql.model().failsOn("do b", StubFault.status(500));

        Proof.of(
                        sql,
                        """
                        cells:
                        - name: each
                          for_each_row: {rows: "{{ ['a', 'b', 'c'] }}", max_parallel: 1, max_rows: 3, on_error: continue}
                          instructions: "do {{ item }}"
                        """)
                .says("[\"do a\",null,\"do c\"]")
                .calls(3)
                .books("each turn_error 1, each phase_complete 1");
    }

    @Test
    void rows_end_with_the_first_that_fails(SqlSession sql) throws IOException {
        sql.model().failsOn("do b", StubFault.status(500));

        Proof.of(
                        sql,
                        """
                        cells:
                        - name: each
                          for_each_row: {rows: "{{ ['a', 'b', 'c'] }}", max_parallel: 1, on_error: fail}
                          instructions: "do {{ item }}"
                        """)
                .fails("unavailable")
                .calls(2)
                .books("each turn_error 1, each phase_error 1");
    }

    @Test
    void another_cascade_is_run_and_mapped(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        """
                        cells:
                        - name: inner
                          sub_cascade: {path: nest_word, input: {text: "{{ input.text }}, deeper"}, output: "{{ output }}!"}
                        - {name: end, instructions: "{{ outputs.inner }}"}
                        """)
                .calls(2)
                .says("it, deeper!");
        sql.query(
                        "SELECT cascade_id, depth FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' ORDER BY depth")
                .returns("cascade_id | depth\nproof | 0\nnest_word | 1");
    }

    @Test
    void a_query_feeds_a_prompt(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        """
                        cells:
                        - name: load
                          tool: sql_data
                          inputs: {query: "SELECT $1 || '-' || {{ input.text }} AS x", params: [7]}
                        - {name: end, instructions: "{{ outputs.load.rows[0].x }}"}
                        """)
                .says("7-it")
                .calls(1)
                .books("load tool_complete 1, load phase_complete 1, end phase_complete 1");
    }

    @Test
    void a_request_that_fails_costs_nothing(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        """
                        cells:
                        - {name: fetch, tool: http, inputs: {url: "http://127.0.0.1:1/"}, routing: {error: end, success: end}}
                        - {name: end, instructions: "nothing there"}
                        """)
                .says("nothing there")
                .calls(1)
                .books("fetch tool_error 1, fetch phase_error 1, end phase_complete 1");
    }

    @Test
    void a_cell_that_takes_too_long_is_given_up_and_booked(SqlSession sql) throws Exception {
        sql.model().failsOn("slow", new StubFault.Hang());

        Proof.of(sql, "cells: [{name: ask, instructions: slow, timeout: 200ms}]")
                .fails("timeout")
                .calls(1)
                .books("ask turn_error 1, ask phase_error 1");
        sql.model().awaitGivenUp(1);
    }

    @Test
    void a_cell_is_asked_as_it_says(SqlSession sql) throws IOException {
        Proof.of(
                        sql,
                        "cells: [{name: ask, instructions: hi, max_tokens: 9, temperature: 0.5, model: small}]")
                .says("hi")
                .calls(1)
                .books("ask phase_complete 1");
        StubRequest request = sql.model().requests().getFirst();
        assertThat(request.model()).isEqualTo("small");
        assertThat(request.body().path("max_tokens").asInt()).isEqualTo(9);
        assertThat(request.body().path("temperature").asText()).isEqualTo("0.5");
    }
}
