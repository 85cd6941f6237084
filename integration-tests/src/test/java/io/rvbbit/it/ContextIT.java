package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What earlier cells said, in the conversations of later ones. */
@GatewayTest(settings = "rvbbit.cache=false")
class ContextIT {
    private static final String ONE = "(SELECT 'red' AS text)";

    private static List<String> messages(StubRequest request) {
        List<String> messages = new ArrayList<>();
        request.body()
                .path("messages")
                .forEach(each ->
                        messages.add(
                                each.path("role").asText() + ": " + each.path("content").asText()));
        return messages;
    }

    private static List<String> last(SqlSession sql) {
        return messages(sql.model().requests().getLast());
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void outputs_stand_before_the_question_in_the_order_of_the_file(SqlSession sql) {
        sql.query("RVBBIT MAP 'context_output' AS w USING " + ONE).returns("text | w\nred | three");

        assertThat(last(sql))
                .containsExactly(
                        "user: Output of cell \"one\":\none",
                        "user: Output of cell \"two\":\ntwo",
                        "user: three");
    }

    @Test
    void conversations_are_continued_and_each_prompt_begins_with_the_one_before(SqlSession sql) {
        sql.query("RVBBIT MAP 'context_messages' AS w USING " + ONE).returnsRows(1);

        List<StubRequest> requests = sql.model().requests();
        assertThat(messages(requests.get(1)))
                .containsExactly("user: one red", "assistant: one", "user: two");
        assertThat(messages(requests.get(2)))
                .startsWith(messages(requests.get(1)).toArray(String[]::new))
                .containsExactly(
                        "user: one red",
                        "assistant: one",
                        "user: two",
                        "assistant: two",
                        "user: three");
    }

    @Test
    void what_is_too_much_is_left_out_from_the_oldest_turn_on(SqlSession sql) {
        sql.query("RVBBIT MAP 'context_bounds' AS w USING " + ONE).returnsRows(1);

        List<StubRequest> requests = sql.model().requests();
        assertThat(messages(requests.get(2)))
                .containsExactly("user: two red", "assistant: two", "user: latest");
        assertThat(messages(requests.get(3)))
                .containsExactly("user: two red", "assistant: two", "user: short");
        assertThat(messages(requests.get(4)))
                .containsExactly("user: Output of cell \"one\":\none", "user: first");
    }

    @Test
    void explain_counts_what_is_said_before_the_question(SqlSession sql) throws Exception {
        JsonNode plan =
                Explained.explain(
                        sql,
                        "",
                        "RVBBIT MAP 'context_messages' AS w USING "
                                + ONE
                                + " WITH (model = 'gpt-4o-mini', max_tokens = 5)");

        // 2 + 1 words of text, and 4 + 10 + 16 tokens that frame what is known of the messages.
        assertThat(plan.path("prompt_tokens").asLong()).isGreaterThan(25);
        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(3);
    }

    @Test
    void a_cell_with_takes_says_its_question_and_the_one_answer(SqlSession sql) {
        sql.query("RVBBIT MAP 'context_takes' AS w USING " + ONE).returns("text | w\nred | after");

        List<StubRequest> requests = sql.model().requests();
        assertThat(requests).hasSize(4);
        for (StubRequest take : requests.subList(1, 3)) {
            assertThat(messages(take))
                    .containsExactly("user: Output of cell \"one\":\none", "user: often");
        }
        assertThat(last(sql)).containsExactly("user: often", "assistant: often", "user: after");
    }

    @Test
    void a_cell_that_was_passed_over_or_failed_says_nothing(SqlSession sql) {
        String cells = "RVBBIT MAP 'context_routes' AS w USING (SELECT '%s' AS text)";

        sql.query(cells.formatted("7")).returnsRows(1);
        assertThat(last(sql))
                .hasSize(3)
                .contains("user: Output of cell \"praise\":\npraise")
                .last()
                .isEqualTo("user: end");
        sql.query(cells.formatted("x")).returnsRows(1);
        assertThat(last(sql))
                .containsExactly("user: Output of cell \"apologise\":\napologise", "user: end");
    }

    @Test
    void a_cell_that_no_run_has_before_is_an_error_of_the_file(SqlSession sql) throws IOException {
        fails(
                sql,
                """
                cascade_id: w
                cells:
                - {name: one, instructions: x, handoffs: [two, three]}
                - {name: two, instructions: x, routing: {success: four}}
                - {name: three, instructions: y, context: {from: [two]}}
                - {name: four, instructions: z}
                """,
                "context_wrong.yaml:5:50: context of cell \"three\" names cell \"two\","
                        + " but no run has that before this one",
                "takes of each run what is there");
    }

    @Test
    void a_cell_that_is_not_there_is_an_error_of_the_file(SqlSession sql) throws IOException {
        fails(
                sql,
                """
                cascade_id: w
                cells:
                - {name: one, instructions: x}
                - {name: two, instructions: y, context: {from: [on]}}
                """,
                "context_wrong.yaml:4:49: context of cell \"two\" names \"on\"",
                "did you mean one?");
    }

    private static void fails(SqlSession sql, String cascade, String fault, String hint)
            throws IOException {
        Path file = TestGateway.cascades().resolve("context_wrong.yaml");
        try {
            Files.writeString(file, cascade);
            sql.query("RVBBIT MAP 'context_wrong' AS w USING " + ONE)
                    .fails(INVALID_PARAMETER_VALUE)
                    .says(fault)
                    .hint(hint);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
