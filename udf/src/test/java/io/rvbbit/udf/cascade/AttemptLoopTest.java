package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AttemptLoopTest {
    private static final String CELL =
            """
            cascade_id: brand
            cells:
              - name: extract
                instructions: "Brand of {{ input.name }}?"
                output_schema:
                  type: object
                  properties: {brand: {type: string}}
                  required: [brand]
            """;

    private final Books books = new Books();
    private final ScriptedModel model = new ScriptedModel();
    private final StepRunner runner =
            new StepRunner(
                    model,
                    books,
                    books,
                    Clock.systemUTC(),
                    _ -> {},
                    StepRunner.Limits.DEFAULT,
                    new WebClient(WebAccess.DEFAULT));

    private CascadeResult run(String yaml) throws InterruptedException, IOException {
        return runner.run(
                new Invocation(
                        CascadeParser.parse("x.yaml", yaml),
                        AnswerJson.MAPPER.readTree("{\"name\": \"iPhone\"}").deepCopy(),
                        books.newCaller("sql"),
                        "udf",
                        0,
                        "",
                        "hash",
                        "",
                        Overrides.NONE,
                        Allowance.UNLIMITED,
                        null));
    }

    private static List<String> said(ModelRequest request) {
        return request.messages().stream().map(ModelRequest.Message::content).toList();
    }

    @Test
    void a_conversation_of_one_turn_has_no_repair() throws Exception {
        model.answers("none", "{\"brand\": \"Apple\"}");

        CascadeResult result = run(CELL + "    rules: {max_attempts: 2, max_turns: 1}\n");

        assertThat(result.value()).isEqualTo("Apple");
        assertThat(model.requests).hasSize(2);
        assertThat(said(model.requests.get(1))).containsExactly("Brand of iPhone?");
    }

    @Test
    void retry_instructions_are_said_with_the_reason_from_the_second_attempt_on() throws Exception {
        model.answers("none", "{\"brand\": \"Apple\"}");

        run(
                CELL
                        + """
                            rules:
                              max_attempts: 3
                              max_turns: 1
                              retry_instructions: >-
                                Attempt {{ attempt }} of {{ max_attempts }} for {{ input.name }}: {{ reason }}.
                        """);

        assertThat(said(model.requests.get(0))).containsExactly("Brand of iPhone?");
        assertThat(said(model.requests.get(1)))
                .containsExactly(
                        "Brand of iPhone?\n\nAttempt 2 of 3 for iPhone: there is no JSON in the answer.");
    }

    @Test
    void each_attempt_and_its_reason_is_on_the_books() throws Exception {
        model.answers("none", "nothing", "{\"brand\": \"Apple\"}");

        run(CELL + "    rules: {max_attempts: 2}\n");

        assertThat(books.all(Event.Noted.class))
                .extracting(each -> each.type() + " " + each.contentJson())
                .containsExactly(
                        "VALIDATION {\"validator\":\"output_schema\",\"valid\":false,\"reason\":\"there is no JSON in the answer\",\"attempt\":1,\"faults\":[\"there is no JSON in the answer\"]}",
                        "VALIDATION {\"validator\":\"output_schema\",\"valid\":false,\"reason\":\"there is no JSON in the answer\",\"attempt\":1,\"faults\":[\"there is no JSON in the answer\"]}",
                        "RETRY {\"wait_ms\":0,\"reason\":\"the answer does not fit output_schema\",\"attempt\":2}");
    }

    @Test
    void retry_instructions_that_read_an_unknown_name_are_refused_with_their_line() {
        assertThat(
                        Assertions.catchThrowableOfType(
                                SqlException.class,
                                () ->
                                        CascadeParser.parse(
                                                "x.yaml",
                                                CELL
                                                        + """
                                                            rules:
                                                              retry_instructions: "{{ reson }}"
                                                        """)))
                .hasMessageContaining("x.yaml:10:27: unknown name \"reson\"")
                .satisfies(fault ->
                        assertThat(Objects.requireNonNull(fault).hint().orElse(""))
                                .contains("this one also attempt, max_attempts, reason"));
    }

    @Test
    void what_retry_instructions_read_is_an_input() {
        Cascade cascade =
                CascadeParser.parse(
                        "x.yaml", CELL + "    rules: {retry_instructions: \"{{ input.hint }}\"}\n");

        assertThat(cascade.readInputs()).containsExactlyInAnyOrder("name", "hint");
    }
}
