package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is checked of a cell's input and answers: by SQL, by a schema, by a pattern. */
@GatewayTest
class ChecksIT {
    static String map(String cascade, String text, String more) {
        return "RVBBIT MAP 'checks/%s' AS word USING (SELECT '%s' AS text)%s"
                .formatted(cascade, text, more);
    }

    /** The verdicts and retries of the last statement, in order. */
    static String notes(SqlSession sql, String columns) {
        return """
        SELECT %s FROM (
          SELECT event_type, timestamp, content_json->>'validator' AS validator,
            content_json->>'ward' AS ward, content_json->>'mode' AS mode,
            content_json->>'valid' AS valid, content_json->>'reason' AS reason,
            content_json->>'attempt' AS attempt
          FROM unified_logs
          WHERE caller_id = '%s' AND event_type IN ('validation', 'retry'))
        ORDER BY timestamp, event_type DESC\
        """
                .formatted(columns, sql.lastCaller());
    }

    /** The n-th request gets the n-th answer; later ones the last. */
    static void answersInTurn(SqlSession sql, String... answers) {
        sql.model()
                .answering(request ->
                        StubAnswer.text(
                                answers[(int) Math.min(request.number(), answers.length) - 1]));
    }

    static String error(SqlSession sql, String statement) {
        return String.valueOf(sql.query(statement).table().column("_error").getFirst());
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void a_ward_of_the_input_blocks_before_any_call(SqlSession sql) {
        String error =
                error(
                        sql,
                        map(
                                "guarded",
                                "far too long for this ward",
                                " WITH (on_error = 'column')"));

        assertThat(error)
                .contains("\"class\":\"ward\"")
                .contains("\"attempts\":0")
                .contains(
                        "\\\"short\\\" refuses the input of cell \\\"ask\\\": the text is too long");
        assertThat(sql.model().calls()).isZero();
        sql.query(notes(sql, "event_type, validator, ward, mode, valid, reason, attempt"))
                .returns(
                        """
                        event_type | validator | ward | mode     | valid | reason               | attempt
                        validation | short     | pre  | blocking | false | the text is too long | 1\
                        """);
    }

    @Test
    void a_ward_of_the_answer_blocks_after_it_was_paid(SqlSession sql) {
        String error = error(sql, map("guarded", "b52 flies", " WITH (on_error = 'column')"));

        assertThat(error).contains("\"class\":\"ward\"").contains("there are digits");
        assertThat(sql.model().calls()).isEqualTo(1);
        sql.query(
                        "SELECT event_type, cost > 0 AS paid, error_json->>'class' AS class FROM"
                                + " unified_logs WHERE cost IS NOT NULL AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("event_type  | paid | class\nphase_error | t    | ward");
    }

    @Test
    void an_advisory_ward_lets_pass_and_is_booked(SqlSession sql) {
        sql.query(map("guarded", "one two", "")).returns("text    | word\none two | one");

        assertThat(sql.model().calls()).isEqualTo(1);
        sql.query(notes(sql, "validator, ward, mode, valid, reason"))
                .returns(
                        """
                        validator | ward | mode     | valid | reason
                        short     | pre  | blocking | true  |
                        no_digits | post | blocking | true  |
                        even      | post | advisory | false | "length(output) % 2 = 0" is false\
                        """);
    }

    @Test
    void it_is_asked_until_a_named_validator_says_yes(SqlSession sql) {
        answersInTurn(sql, "a", "bcd", "long");

        sql.query(map("again", "hello", "")).returns("text  | word\nhello | long");

        List<StubRequest> requests = sql.model().requests();
        assertThat(requests).hasSize(3);
        assertThat(requests.get(1).prompt())
                .isEqualTo(
                        """
                        hello
                        a
                        Your answer cannot be used:
                        - four letters at least
                        Answer again.

                        Attempt 2 of 3 for hello: four letters at least!
                        """);
        assertThat(requests.get(2).body().path("messages")).hasSize(5);
        assertThat(requests.get(2).lastUserMessage()).contains("Attempt 3 of 3");
        sql.query(notes(sql, "event_type, validator, mode, valid, reason, attempt"))
                .returns(
                        """
                        event_type | validator   | mode       | valid | reason                            | attempt
                        validation | long_enough | loop_until | false | four letters at least             | 1
                        retry      | NULL        | NULL       | NULL  | loop_until: four letters at least | 2
                        validation | long_enough | loop_until | false | four letters at least             | 2
                        retry      | NULL        | NULL       | NULL  | loop_until: four letters at least | 3
                        validation | long_enough | loop_until | true  |                                   | 3\
                        """);
    }

    @Test
    void all_that_was_asked_is_the_cells_cost(SqlSession sql) {
        answersInTurn(sql, "a", "bcd", "long");

        sql.query(map("again", "hello", "")).returnsRows(1);

        assertThat(
                        sql.decimal(
                                "SELECT cost FROM unified_logs WHERE event_type = 'phase_complete'"
                                        + " AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        sql.query(
                        "SELECT llm_calls_count, status FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("llm_calls_count | status\n3               | completed");
    }

    @Test
    void a_row_whose_attempts_all_fail_is_an_error(SqlSession sql) {
        answersInTurn(sql, "a");

        assertThat(error(sql, map("again", "hello", " WITH (on_error = 'column')")))
                .contains("\"class\":\"loop\"")
                .contains("\"attempts\":3")
                .contains(
                        "cell \\\"ask\\\" has no answer that meets loop_until after 3 attempts:"
                                + " four letters at least");
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void an_expression_reads_the_answers_properties_and_the_input(SqlSession sql) {
        answersInTurn(
                sql,
                "{\"label\": \"hello\", \"sure\": 0.9}",
                "{\"label\": \"hi\", \"sure\": 0.5}",
                "{\"label\": \"hi\", \"sure\": 0.9, \"tags\": [\"a\", \"b\"]}");

        sql.query(
                        "RVBBIT MAP 'checks/typed' AS (label VARCHAR, sure DOUBLE) USING (SELECT"
                                + " 'hello' AS text)")
                .returns("text  | label | sure\nhello | hi    | 0.9");

        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void a_ward_sends_the_answer_back_in_a_new_conversation_if_turns_are_bounded(SqlSession sql) {
        answersInTurn(sql, "{\"name\": \"Eve\"}", "{\"name\": \"Bob\"}");

        sql.query(map("returned", "who", "")).returns("text | word\nwho  | Bob");

        StubRequest second = sql.model().requests().get(1);
        assertThat(second.body().path("messages")).hasSize(1);
        assertThat(second.prompt())
                .startsWith("who\n\nAn earlier answer could not be used:\n- /name: ");
    }

    @Test
    void a_ward_that_sends_back_ends_in_the_rows_error(SqlSession sql) {
        answersInTurn(sql, "{\"name\": \"Eve\"}");

        assertThat(error(sql, map("returned", "who", " WITH (on_error = 'column')")))
                .contains("\"class\":\"ward\"")
                .contains(
                        "ward \\\"known\\\" refuses the answer of cell \\\"ask\\\" after 2 attempts");
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void an_expression_that_no_row_can_meet_is_the_statements_error(SqlSession sql) {
        sql.query(map("wrong_sql", "hello", ""))
                .fails(SqlState.UNDEFINED_FUNCTION)
                .says("checks/wrong_sql.yaml:10: cell \"ask\": validator \"loop_until\": ")
                .says("lenth");
    }

    @Test
    void a_validator_that_is_not_there_is_told_with_the_nearest_name(SqlSession sql) {
        sql.query(map("misnamed", "hello", ""))
                .fails(INVALID_PARAMETER_VALUE)
                .says("checks/misnamed.yaml:7:25: there is no validator \"long_enuogh\"")
                .hint("did you mean \"long_enough\"?");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void checked_answers_are_stored_unless_an_expression_reads_a_table(SqlSession sql) {
        sql.execute("CREATE OR REPLACE TABLE brands AS SELECT 'hello' AS name");
        sql.query(map("guarded", "one two", "")).returnsRows(1);
        sql.query(map("guarded", "one two", "")).returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(1);

        sql.query(map("reads_brands", "hello you", "")).returns("text | word\nhello you | hello");
        sql.execute("DELETE FROM brands");
        sql.query(map("reads_brands", "hello you", ""))
                .returns("text | word\nhello you | NULL")
                .tells(WARNING, "1 of 1 rows failed: ward (1)");

        assertThat(sql.model().calls()).isEqualTo(3);
    }
}
