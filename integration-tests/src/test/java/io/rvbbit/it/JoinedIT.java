package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Features of cells together: checks, takes, handoffs, routes, sub-cascades. */
@GatewayTest(settings = "rvbbit.cache=false")
class JoinedIT {
    private static String map(String cascade, String text) {
        return "RVBBIT MAP 'joined/%s' AS said USING (SELECT '%s' AS text)"
                .formatted(cascade, text);
    }

    /** The n-th request gets the n-th answer; later ones repeat what they are asked. */
    private static void answersInTurn(StubEndpoint model, String... answers) {
        model.answering(request ->
                StubAnswer.text(
                        request.number() <= answers.length
                                ? answers[(int) request.number() - 1]
                                : request.lastUserMessage()));
    }

    private static String books(SqlSession sql, String columns, String where) {
        return "SELECT %s FROM unified_logs WHERE caller_id = '%s' AND %s"
                .formatted(columns, sql.lastCaller(), where);
    }

    private static String verdicts(SqlSession sql) {
        return books(
                sql,
                "take_index, event_type, content_json->>'validator' AS validator,"
                        + " content_json->>'valid' AS valid, content_json->>'attempt' AS attempt",
                "event_type IN ('validation', 'retry') ORDER BY timestamp, event_type DESC");
    }

    private static void assertCalls(SqlSession sql, int calls) {
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
        assertThat(sql.decimal(books(sql, "sum(cost)", "true")))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    private static List<String> asked(SqlSession sql) {
        return sql.model().requests().stream().map(StubRequest::lastUserMessage).toList();
    }

    @Test
    void the_input_of_takes_is_checked_once_and_each_answer(SqlSession sql) {
        answersInTurn(sql.model(), "no", "perhaps", "yes", "yes");

        sql.query(map("voted", "it")).returns("text | said\nit | yes");

        assertCalls(sql, 4);
        sql.query(verdicts(sql))
                .returns(
                        """
                        take_index | event_type | validator | valid | attempt
                        NULL       | validation | short     | true  | 1
                        0          | validation | brief     | true  | 1
                        1          | validation | brief     | false | 1
                        1          | retry      | NULL      | NULL  | 2
                        1          | validation | brief     | true  | 2
                        2          | validation | brief     | true  | 1\
                        """);
        assertThat(sql.text(books(sql, "content_json->'takes'", "event_type = 'phase_complete'")))
                .contains("\"winner\":1", "\"votes\":2", "\"take\":1,\"state\":\"answered\"")
                .contains("\"attempts\":2");
    }

    @Test
    void a_ward_that_refuses_the_input_begins_no_take(SqlSession sql) {
        sql.query(map("voted", "what is far too long for it"))
                .returns("text | said\nwhat is far too long for it | NULL");

        assertThat(sql.model().calls()).isZero();
        sql.query(books(sql, "error_json->>'class' AS class", "event_type = 'phase_error'"))
                .returns("class\nward");
    }

    @Test
    void a_take_whose_answer_a_ward_blocks_is_lost(SqlSession sql) {
        answersInTurn(sql.model(), "perhaps", "yes");

        sql.query(map("blocked_takes", "it")).returns("text | said\nit | yes");

        // The third take could change nothing any more.
        assertCalls(sql, 2);
        assertThat(sql.text(books(sql, "content_json->'takes'", "event_type = 'phase_complete'")))
                .contains("\"winner\":1", "\"take\":0,\"state\":\"failed\"", "\"class\":\"ward\"");
        sql.query(
                        books(
                                sql,
                                "take_index, content_json->>'valid' AS valid",
                                "event_type = 'validation' ORDER BY take_index"))
                .returns("take_index | valid\n0 | false\n1 | true");
    }

    private static StubAnswer to(String text, String target) {
        StubAnswer call =
                StubAnswer.toolCall(
                        "call_" + target,
                        "route_to",
                        "{\"target\": \"%s\", \"reason\": \"fits\"}".formatted(target));
        return new StubAnswer(text, call.toolCalls(), "tool_calls");
    }

    @Test
    void an_answer_that_is_refused_hands_over_to_nobody(SqlSession sql) {
        sql.model()
                .answering(request ->
                        switch ((int) request.number()) {
                            case 1 -> to("bad words", "tech");
                            case 2 -> to("good words", "billing");
                            default -> StubAnswer.text(request.lastUserMessage());
                        });

        sql.query(map("handed", "it")).returns("text | said\nit | closed: money, good words");

        assertCalls(sql, 4);
        assertThat(asked(sql)).doesNotContain("tech, bad words", "tech, good words");
        sql.query(books(sql, "content_json->>'to' AS target", "event_type = 'handoff'"))
                .returns("target\nbilling");
        sql.query(
                        books(
                                sql,
                                "cell_name, content_json->>'valid' AS valid",
                                "event_type = 'validation' ORDER BY timestamp"))
                .returns("cell_name | valid\ntriage | false\ntriage | true");
    }

    @Test
    void a_ward_s_refusal_takes_the_route_of_errors(SqlSession sql) {
        answersInTurn(sql.model());

        sql.query(map("routed", "what is too long"))
                .returns(
                        "text | said\nwhat is too long | End of nothing Sorry for what is too long");

        assertCalls(sql, 2);
        sql.query(
                        books(
                                sql,
                                "cell_name, event_type, error_json->>'class' AS class, cost > 0 AS paid",
                                "event_type IN ('phase_complete', 'phase_error') ORDER BY timestamp"))
                .returns(
                        """
                        cell_name | event_type     | class | paid
                        ask       | phase_error    | ward  | f
                        sorry     | phase_complete | NULL  | t
                        end       | phase_complete | NULL  | t\
                        """);
        sql.query("SELECT status FROM session_state WHERE caller_id = '" + sql.lastCaller() + "'")
                .returns("status\ncompleted");
    }

    @Test
    void an_answer_that_a_ward_blocks_is_paid_and_routed(SqlSession sql) {
        answersInTurn(sql.model(), "b52");

        sql.query(map("routed", "it")).returns("text | said\nit | End of nothing Sorry for it");

        assertCalls(sql, 3);
        sql.query(books(sql, "cell_name, cost > 0 AS paid", "event_type = 'phase_error'"))
                .returns("cell_name | paid\nask | t");
    }

    @Test
    void each_take_runs_cascades_of_its_own(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.tools().isEmpty()
                                ? StubAnswer.text("inner " + request.lastUserMessage())
                                : request.toolResults().isEmpty()
                                        ? StubAnswer.toolCall("a", "word", "{\"text\": \"hello\"}")
                                        : StubAnswer.text(request.toolResults().getFirst()));

        sql.query(map("takes_that_call", "it")).returns("text | said\nit | inner hello");

        assertCalls(sql, 6);
        sql.query(
                        "SELECT cascade_id, depth, count(*) AS n FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' GROUP BY ALL ORDER BY depth")
                .returns("cascade_id | depth | n\ntakes_that_call | 0 | 1\nnest_word | 1 | 2");
    }

    @Test
    void a_sub_cascade_has_takes_and_checks(SqlSession sql) {
        answersInTurn(sql.model(), "no", "perhaps", "yes", "yes");

        sql.query(map("runs_voted", "it")).returns("text | said\nit | It is yes");

        assertCalls(sql, 5);
        sql.query(
                        "SELECT cascade_id, depth FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' ORDER BY depth")
                .returns("cascade_id | depth\nruns_voted | 0\nvoted | 1");
        sql.query(
                        books(
                                sql,
                                "cell_name, cost > 0 AS paid",
                                "event_type = 'phase_complete' AND node_type = 'llm' ORDER BY timestamp"))
                .returns("cell_name | paid\nvote | t\nsay | t");
    }
}
