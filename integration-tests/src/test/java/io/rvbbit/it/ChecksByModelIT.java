package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What models say of a cell's input and answers, and what ends asking. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]",
        })
class ChecksByModelIT {
    private static final String YES = "{\"valid\": true, \"reason\": \"it is\"}";

    private static String booked(SqlSession sql, String columns) {
        return ChecksIT.notes(sql, columns);
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void a_model_that_says_yes_lets_pass_and_is_paid_by_the_cell(SqlSession sql) {
        sql.query(ChecksIT.map("judged", "hello you", ""))
                .returns("text      | word\nhello you | hello");

        assertThat(sql.model().requests())
                .extracting(StubRequest::model)
                .containsExactly("judge-model", "stub-model", "stub-model", "stub-model");
        assertThat(sql.model().requests().get(0).prompt())
                .startsWith("Is hello you harmless?\n\nAnswer with JSON");
        assertThat(sql.model().requests().get(2).prompt())
                .startsWith("Is it a greeting?\n\nThis is what to judge:\nhello\n\n");
        assertThat(sql.model().requests().get(3).prompt()).startsWith("Is it kind to say hello?");
        sql.query(
                        "SELECT cell_name, model, cost > 0 AS paid FROM unified_logs WHERE"
                                + " event_type = 'phase_complete' AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("cell_name | model      | paid\nask       | stub-model | t");
        assertThat(
                        sql.decimal(
                                "SELECT total_cost FROM sql_query_log WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(
                        sql.decimal(
                                "SELECT sum(attempt_cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"));
        sql.query(booked(sql, "validator, ward, mode, valid, attempt"))
                .returns(
                        """
                        validator         | ward | mode              | valid | attempt
                        harmless          | pre  | blocking          | true  | 1
                        loop_until_prompt | NULL | loop_until_prompt | true  | 1
                        kind              | post | blocking          | true  | 1\
                        """);
    }

    @Test
    void a_model_that_refuses_the_input_spares_the_cells_call(SqlSession sql) {
        sql.model().answers("harmless", "No, that is rude.");

        String error =
                ChecksIT.error(
                        sql, ChecksIT.map("judged", "go away", " WITH (on_error = 'column')"));

        assertThat(error).contains("\"class\":\"ward\"").contains("refuses the input");
        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_no_to_the_loops_question_asks_again_with_its_reason(SqlSession sql) {
        sql.model()
                .answers("harmless", YES)
                .answers("judge:\ngo", "{\"valid\": false, \"reason\": \"that is a farewell\"}")
                .answers("that is a farewell", "hi");

        sql.query(ChecksIT.map("judged", "go on", "")).returns("text  | word\ngo on | hi");

        assertThat(sql.model().calls()).isEqualTo(6);
        assertThat(sql.model().requests().get(3).lastUserMessage())
                .isEqualTo("Your answer cannot be used:\n- that is a farewell\nAnswer again.");
    }

    @Test
    void a_message_goes_before_the_models_reason(SqlSession sql) {
        sql.model().answers("kind to say", "{\"valid\": false, \"reason\": \"too short\"}");

        assertThat(
                        ChecksIT.error(
                                sql,
                                ChecksIT.map("judged", "hello", " WITH (on_error = 'column')")))
                .contains(
                        "ward \\\"kind\\\" refuses the answer of cell \\\"ask\\\": be kind: too short");
    }

    @Test
    void an_answer_that_is_neither_yes_nor_no_is_no_verdict(SqlSession sql) {
        sql.model().answers("harmless", "Perhaps.");

        assertThat(
                        ChecksIT.error(
                                sql,
                                ChecksIT.map("judged", "hello", " WITH (on_error = 'column')")))
                .contains("\"class\":\"validation\"")
                .contains("the validator \\\"ask.harmless\\\" answers neither yes nor no");
    }

    @Test
    void a_budget_ends_a_loop(SqlSession sql) {
        ChecksIT.answersInTurn(sql, "a");
        sql.model().charging(_ -> new BigDecimal("0.0006"));

        // The first call's place is some 0.0004 and it is paid with more: there is no second.
        var answer =
                sql.query(
                        ChecksIT.map(
                                "again",
                                "hello",
                                " WITH (budget_dollars = 0.0008, on_error = 'column')"));

        assertThat(String.valueOf(answer.table().column("_error").getFirst()))
                .contains("\"class\":\"budget\"");
        answer.tells(CONFIGURATION_LIMIT_EXCEEDED, "budget");
        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_cancelled_loop_asks_no_more(SqlSession sql) throws Exception {
        ChecksIT.answersInTurn(sql, "a");
        sql.model()
                .failing(request ->
                        request.number() == 2
                                ? Optional.of(new StubFault.Hang())
                                : Optional.empty());
        try (Statement statement = sql.connection().createStatement();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<SQLException> ended =
                    other.submit(() -> {
                        try {
                            statement.execute(ChecksIT.map("again", "hello", ""));
                            return new SQLException("it was not cancelled");
                        } catch (SQLException e) {
                            return e;
                        }
                    });
            sql.model().awaitCalls(2);
            statement.cancel();

            assertThat(ended.get().getSQLState()).isEqualTo("57014");
        }
        sql.model().awaitGivenUp(1);
        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query(booked(sql, "event_type, valid, attempt"))
                .returns(
                        """
                        event_type | valid | attempt
                        validation | false | 1
                        retry      | NULL  | 2\
                        """);
        sql.query(
                        "SELECT event_type, cost > 0 AS paid FROM unified_logs WHERE event_type ="
                                + " 'phase_error' AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("event_type  | paid\nphase_error | t");
    }

    @Test
    void explain_counts_the_loop_and_the_validators(SqlSession sql) {
        var plan =
                sql.query(
                        "EXPLAIN (FORMAT JSON) "
                                + ChecksIT.map("judged", "hello", " WITH (max_tokens = 20)"));

        String json = String.valueOf(plan.value()).replaceAll("\\s", "");
        // Each request is sent three times at most; two answers, each judged twice, one input.
        assertThat(json).contains("\"calls\":{\"min\":4,\"max\":21}");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void explain_knows_a_row_that_a_ward_blocks_for_free(SqlSession sql) {
        assertThat(
                        sql.query(
                                        "EXPLAIN (FORMAT JSON) "
                                                + ChecksIT.map(
                                                        "guarded",
                                                        "far too long for this ward",
                                                        ""))
                                .value())
                .containsPattern("\"min\" : 0,\\s+\"max\" : 0");
    }
}
