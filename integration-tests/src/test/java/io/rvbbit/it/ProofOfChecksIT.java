package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each branch that a check can take: the answer, the calls, their cost, the rows on the books. */
@GatewayTest
class ProofOfChecksIT {
    private static final String ASK =
            """
            cells:
            - name: ask
              instructions: "Ask {{ input.text }}"
            """;

    @AfterEach
    void remove_the_file() throws IOException {
        Proof.removeFile();
    }

    private static String ask(String more) {
        return ASK + more.indent(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{sql: \"length(input.text) > 9\"}",
                "{regex: '^long'}",
                "{schema: {properties: {text: {minLength: 9}}}}",
                "{validator: \"length(input.text) > 9\", mode: blocking}"
            })
    void a_ward_of_the_input_blocks_for_nothing(String ward, SqlSession sql) throws IOException {
        Proof.of(sql, ask("wards: {pre: [" + ward + "]}"))
                .fails("ward")
                .calls(0)
                .books("ask validation 1, ask phase_error 1")
                .notes("validation", "valid", "false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{sql: \"output = 'right'\"}",
                "{regex: '^right$'}",
                "{schema: {const: right}}",
                "{validator: \"output = 'right'\"}"
            })
    void a_ward_of_the_answer_blocks_what_was_paid(String ward, SqlSession sql) throws IOException {
        Proof.inTurn(sql, "wrong", "right");

        Proof.of(sql, ask("wards: {post: [" + ward + "]}"))
                .fails("ward")
                .calls(1)
                .books("ask validation 1, ask phase_error 1")
                .notes("validation", "mode", "blocking");
    }

    @Test
    void an_advisory_ward_is_only_booked(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "wrong", "right");

        Proof.of(sql, ask("wards: {post: [{regex: right, mode: advisory}]}"))
                .says("wrong")
                .calls(1)
                .books("ask validation 1, ask phase_complete 1")
                .notes("validation", "valid", "false");
    }

    @Test
    void a_ward_that_retries_lets_the_second_answer_pass(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "wrong", "right");

        Proof.of(sql, ask("wards: {post: [{regex: right, mode: retry, message: not so}]}"))
                .says("right")
                .calls(2)
                .books("ask validation 2, ask retry 1, ask phase_complete 1")
                .notes("validation", "valid", "false", "true")
                .notes("validation", "reason", "not so", "")
                .notes("retry", "wait_ms", "0");
    }

    @Test
    void named_validators_of_each_kind_say_what_is_wrong(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "bad", "right");

        Proof.of(
                        sql,
                        """
                        validators:
                          sized: {sql: length(output) = 5, message: five letters}
                          formed: {schema: {type: string, minLength: 5}}
                          worded: {regex: '^right$', message: the right word}
                        cells:
                        - name: ask
                          instructions: ask
                          wards:
                            post:
                            - {validator: sized, mode: advisory}
                            - {validator: formed, mode: advisory}
                            - {validator: worded, mode: retry}
                        """)
                .says("right")
                .calls(2)
                .books("ask validation 6, ask retry 1, ask phase_complete 1")
                .notes(
                        "validation",
                        "validator",
                        "sized",
                        "formed",
                        "worded",
                        "sized",
                        "formed",
                        "worded")
                .notes("validation", "valid", "false", "false", "false", "true", "true", "true");
    }

    @Test
    void wards_of_each_kind_say_what_is_wrong(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "bad", "right");

        Proof.of(
                        sql,
                        """
                        cells:
                        - name: ask
                          instructions: ask
                          wards:
                            pre: [{sql: length(input.text) > 0, message: nothing is asked}]
                            post:
                            - {sql: length(output) = 5, message: five letters, mode: advisory}
                            - {schema: {type: string, minLength: 5}, mode: advisory}
                            - {regex: '^right$', message: the right word, mode: retry}
                        """)
                .says("right")
                .calls(2)
                .books("ask validation 7, ask retry 1, ask phase_complete 1")
                .notes(
                        "validation",
                        "valid",
                        "true",
                        "false",
                        "false",
                        "false",
                        "true",
                        "true",
                        "true");
    }

    @Test
    void the_third_attempt_passes_the_loop(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "a", "bb", "ccc", "dddd");

        Proof.of(
                        sql,
                        ask(
                                """
                                rules:
                                  max_attempts: 4
                                  loop_until: length(output) >= 3
                                  retry_instructions: "{{ attempt }} of {{ max_attempts }}"
                                """))
                .says("ccc")
                .calls(3)
                .books("ask validation 3, ask retry 2, ask phase_complete 1")
                .notes("validation", "valid", "false", "false", "true")
                .notes("retry", "attempt", "2", "3");
        assertThat(sql.model().requests().getLast().lastUserMessage()).endsWith("3 of 4");
    }

    @Test
    void attempts_come_to_an_end(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "a", "bb", "ccc");

        Proof.of(sql, ask("rules: {max_attempts: 2, loop_until: length(output) >= 3}"))
                .fails("loop")
                .calls(2)
                .books("ask validation 2, ask retry 1, ask phase_error 1");
    }

    @Test
    void one_turn_begins_a_conversation_for_each_attempt(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "a", "ccc");

        Proof.of(sql, ask("rules: {max_turns: 1, loop_until: length(output) >= 3}"))
                .says("ccc")
                .calls(2)
                .books("ask validation 2, ask retry 1, ask phase_complete 1");
        assertThat(sql.model().requests().getLast().turn()).isEqualTo(1);
    }

    @Test
    void a_model_says_when_the_loop_ends(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "first", "no, it is not", "second", "yes");

        Proof.of(sql, ask("rules: {loop_until_prompt: Is it the second?}"))
                .says("second")
                .calls(4)
                .books("ask validation 2, ask retry 1, ask phase_complete 1")
                .notes("validation", "mode", "loop_until_prompt", "loop_until_prompt");
    }

    @Test
    void a_named_validator_that_a_model_answers_refuses(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "rude", "no, rude");

        Proof.of(
                        sql,
                        "validators: {kind: {instructions: \"Is {{ output }} kind?\"}}\n"
                                + ask("wards: {post: [kind]}"))
                .fails("ward")
                .calls(2)
                .books("ask validation 1, ask phase_error 1")
                .notes("validation", "validator", "kind");
    }

    @Test
    void a_form_is_repaired_and_then_asked_for_anew(SqlSession sql) throws IOException {
        Proof.inTurn(sql, "none", "none either", "{\"n\": 3}");

        Proof.of(
                        sql,
                        ask(
                                """
                                rules: {max_attempts: 2}
                                output_schema:
                                  type: object
                                  properties: {n: {type: integer}}
                                  required: [n]
                                """))
                .says("3")
                .calls(3)
                .books("ask validation 2, ask retry 1, ask phase_complete 1")
                .notes("validation", "validator", "output_schema", "output_schema");
    }

    @Test
    void a_tool_is_called_twice(SqlSession sql) throws IOException {
        sql.execute("CREATE OR REPLACE TABLE proof_facts AS SELECT 7 AS n");
        sql.model()
                .answering(request ->
                        request.toolResults().size() < 2
                                ? StubAnswer.toolCall(
                                        "call_" + request.turn(),
                                        "sql_data",
                                        "{\"query\":\"SELECT n FROM proof_facts\"}")
                                : StubAnswer.text(String.join(" and ", request.toolResults())));

        Proof.of(sql, ask("skills: [{tool: sql_data, tables: [proof_facts]}]"))
                .says("[{\"n\":7}] and [{\"n\":7}]")
                .calls(3)
                .books("ask tool_complete 2, ask phase_complete 1")
                .notes("tool_complete", "call_id", "call_1", "call_2");
    }

    @Test
    void a_model_that_calls_for_ever_fails(SqlSession sql) throws IOException {
        sql.execute("CREATE OR REPLACE TABLE proof_facts AS SELECT 7 AS n");
        sql.model()
                .answering(_ ->
                        StubAnswer.toolCall(
                                "a", "sql_data", "{\"query\":\"SELECT n FROM proof_facts\"}"));

        Proof.of(
                        sql,
                        ask(
                                """
                                rules: {max_turns: 2}
                                skills: [{tool: sql_data, tables: [proof_facts]}]
                                """))
                .fails("turns")
                .calls(2)
                .books("ask tool_complete 1, ask phase_error 1");
    }
}
