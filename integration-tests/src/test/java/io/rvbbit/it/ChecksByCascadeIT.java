package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Validators that are cascades. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class ChecksByCascadeIT {
    private static final String JUDGED =
            "RVBBIT MAP 'checks/by_cascade' AS answer USING (SELECT 'why' AS text)";

    private static boolean isJudge(StubRequest request) {
        return request.prompt().contains("Judge: ");
    }

    /** Only what is kind is right; the first answer is rude. */
    private static void judge(SqlSession sql) {
        sql.model()
                .answering(request -> {
                    if (isJudge(request)) {
                        boolean kind = request.prompt().contains("kind");
                        return StubAnswer.text(
                                "{\"valid\":" + kind + ",\"reason\":\"it is as it is\"}");
                    }
                    return StubAnswer.text(
                            request.prompt().contains("it is as it is") ? "a kind one" : "rude");
                });
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE c.caller_id = '" + sql.lastCaller() + "'";
    }

    private static void costsWhatTheModelCharged(SqlSession sql) {
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs c" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void an_answer_it_refuses_goes_back_with_its_reason(SqlSession sql) {
        judge(sql);

        sql.query(JUDGED + " WITH (cache = false)").returns("text | answer\nwhy | a kind one");

        assertThat(sql.model().calls()).isEqualTo(4);
        costsWhatTheModelCharged(sql);
        sql.query(
                        "SELECT content_json->>'validator' AS validator, content_json->>'valid' AS valid,"
                                + " content_json->>'reason' AS reason FROM unified_logs c"
                                + ofCaller(sql)
                                + " AND event_type = 'validation' ORDER BY timestamp")
                .returns(
                        """
                        validator | valid | reason
                        kind      | false | it is as it is
                        kind      | true  | it is as it is\
                        """);
        sql.query(
                        "SELECT c.cascade_id, c.depth, p.cascade_id AS parent, c.input_data->>'output' AS judged"
                                + " FROM cascade_sessions c LEFT JOIN cascade_sessions p"
                                + " ON p.session_id = c.parent_session_id"
                                + ofCaller(sql)
                                + " ORDER BY c.depth, judged DESC")
                .returns(
                        """
                        cascade_id | depth | parent     | judged
                        by_cascade | 0     | NULL       | NULL
                        judge      | 1     | by_cascade | rude
                        judge      | 1     | by_cascade | a kind one\
                        """);
    }

    @Test
    void a_row_it_refuses_is_never_sent(SqlSession sql) {
        judge(sql);

        var row =
                sql.query(
                                "RVBBIT MAP 'checks/by_cascade_before' AS answer USING (SELECT 'why' AS text)"
                                        + " WITH (cache = false, on_error = 'column')")
                        .table();

        assertThat(row.column("answer")).containsOnlyNulls();
        assertThat(row.column("_error").getFirst())
                .contains("\"ward\"", "polite", "not so: it is as it is");
        assertThat(sql.model().calls()).isEqualTo(1);
        assertThat(sql.model().requests().getFirst().prompt()).contains("{\"text\":\"why\"}");
        costsWhatTheModelCharged(sql);
    }

    @Test
    void its_failure_is_the_row_s(SqlSession sql) {
        sql.model()
                .failing(request ->
                        isJudge(request) ? Optional.of(StubFault.status(400)) : Optional.empty());

        assertThat(
                        sql.query(JUDGED + " WITH (cache = false, on_error = 'column')")
                                .table()
                                .column("_error")
                                .getFirst())
                .contains("cell \\\"answer\\\": cascade \\\"judge\\\"");
    }

    @Test
    void an_answer_that_is_no_verdict_is_the_row_s_error(SqlSession sql) {
        sql.model().answering(_ -> StubAnswer.text("perhaps"));

        assertThat(
                        sql.query(
                                        "RVBBIT MAP 'checks/by_cascade_oddly' AS answer USING (SELECT 'why' AS text)"
                                                + " WITH (cache = false, on_error = 'column')")
                                .table()
                                .column("_error")
                                .getFirst())
                .contains("\"validation\"", "neither {valid, reason} nor yes or no");
    }

    @Test
    void a_changed_validator_makes_stored_answers_old(SqlSession sql) throws IOException {
        Path inner = TestGateway.cascades().resolve("judge_changing.yaml");
        Path outer = TestGateway.cascades().resolve("judged_changing.yaml");
        String text = "cascade_id: changing\ncells: [{name: w, instructions: '%s'}]";
        String ask = "RVBBIT MAP 'judged_changing' AS answer USING (SELECT 'why' AS text)";
        sql.model().answering(_ -> StubAnswer.text("yes"));
        try {
            Files.writeString(inner, text.formatted("first"));
            Files.writeString(
                    outer,
                    "cascade_id: judged_changing\ncells: [{name: i, instructions: go,"
                            + " wards: {post: [{cascade: judge_changing}]}}]");
            sql.query(ask).returns("text | answer\nwhy | yes");
            sql.query(ask).returns("text | answer\nwhy | yes");
            assertThat(sql.model().calls()).isEqualTo(2);

            Files.writeString(inner, text.formatted("second"));

            sql.query(ask).returns("text | answer\nwhy | yes");
            assertThat(sql.model().calls()).isEqualTo(4);

            Files.delete(inner);

            sql.query(ask)
                    .fails(UNDEFINED_OBJECT)
                    .says("judged_changing.yaml:2:")
                    .says("there is no cascade \"judge_changing\"");
        } finally {
            Files.deleteIfExists(inner);
            Files.deleteIfExists(outer);
        }
    }

    @Test
    void explain_counts_it_for_each_answer(SqlSession sql) {
        String json = sql.query("EXPLAIN (FORMAT JSON) " + JUDGED).value();

        // Two answers, and two verdicts that may be repaired; each request is tried thrice.
        assertThat(json).containsPattern("\"min\" : 1,\\s*\"max\" : 18");
        assertThat(json).doesNotContain("max_reason");
        assertThat(sql.query("EXPLAIN " + JUDGED).table().column("QUERY PLAN").toString())
                .contains("answer.kind.judge");
        assertThat(sql.model().calls()).isZero();
    }
}
