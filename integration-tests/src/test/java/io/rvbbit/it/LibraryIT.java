package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shipped cascades that do more than ask once, with a model that may be wrong. */
@GatewayTest
class LibraryIT {
    private static void answersInTurn(SqlSession sql, StubAnswer... answers) {
        sql.model()
                .answering(
                        request -> answers[(int) Math.min(request.number(), answers.length) - 1]);
    }

    private static StubAnswer says(String json) {
        return StubAnswer.text(json);
    }

    @Test
    void the_sentiment_is_what_most_takes_say(SqlSession sql) {
        answersInTurn(
                sql,
                says("{\"sentiment\": \"negative\"}"),
                says("{\"sentiment\": \"positive\"}"),
                says("{\"sentiment\": \"positive\"}"));

        sql.query("RVBBIT MAP 'sentiment_vote' AS sentiment USING (SELECT 'Fine by me' AS text)")
                .returns("text       | sentiment\nFine by me | positive");

        // Two that agree may be there before the third is sent.
        assertThat(sql.model().calls()).isBetween(2L, 3L);
        sql.query(
                        "SELECT sum(cost) = "
                                + sql.model().bill().sum().costUsd().toPlainString()
                                + " AS paid FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("paid\nt");
    }

    @Test
    void what_is_left_of_a_person_goes_back(SqlSession sql) {
        answersInTurn(
                sql,
                says("{\"text\": \"Write to ada@example.com\"}"),
                says("{\"text\": \"Write to [EMAIL] or call +44 20 7946 0958\"}"),
                says("{\"text\": \"Write to [EMAIL]\"}"));

        sql.query("RVBBIT MAP 'redact_pii' AS safe USING (SELECT 'Write to Ada' AS text)")
                .returns("text         | safe\nWrite to Ada | Write to [EMAIL]");

        List<StubRequest> sent = sql.model().requests();
        assertThat(sent).hasSize(3);
        assertThat(sent.get(1).lastUserMessage()).contains("an e-mail address is left");
        assertThat(sent.get(2).lastUserMessage()).contains("a telephone number is left");
    }

    @Test
    void a_text_that_still_tells_who_it_is_is_an_error_of_its_row(SqlSession sql) {
        answersInTurn(sql, says("{\"text\": \"Call 020 7946 0958\"}"));

        String error =
                String.valueOf(
                        sql.query(
                                        "RVBBIT MAP 'redact_pii' AS safe USING (SELECT 'x' AS text)"
                                                + " WITH (on_error = 'column')")
                                .table()
                                .column("_error")
                                .getFirst());

        assertThat(error).contains("\"class\":\"ward\"").contains("a telephone number is left");
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void the_products_are_queried_before_the_answer(SqlSession sql) {
        answersInTurn(
                sql,
                StubAnswer.toolCall(
                        "c1",
                        "query_products",
                        "{\"query\": \"SELECT count(*) AS n FROM products\"}"),
                StubAnswer.text("There are 120."));

        sql.query(
                        "RVBBIT MAP 'ask_products' AS answer USING (SELECT 'How many are there?' AS question)")
                .returns("question            | answer\nHow many are there? | There are 120.");

        assertThat(sql.model().requests().getLast().toolResults())
                .singleElement()
                .asString()
                .contains("120");
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs WHERE event_type = 'tool_complete'"
                                + " AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("n\n1");
    }

    @Test
    void facts_are_found_out_before_the_brief_is_written(SqlSession sql) {
        answersInTurn(
                sql,
                says(
                        "{\"brand\": \"Apple\", \"category\": \"phone\", \"price_tier\": \"premium\", \"is_audio\": false}"),
                StubAnswer.text("A phone for the well-off."));

        sql.query("RVBBIT MAP 'research_product' AS brief USING (SELECT 'iPhone' AS product_name)")
                .returns("product_name | brief\niPhone       | A phone for the well-off.");

        assertThat(sql.model().calls()).isEqualTo(2);
        assertThat(sql.model().requests().getLast().prompt()).contains("\"premium\"");
        sql.query(
                        "SELECT cascade_id, depth FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' ORDER BY depth")
                .returns("cascade_id       | depth\nresearch_product | 0\nproduct_details  | 1");
    }
}
