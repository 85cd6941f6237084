package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Takes one after the other, so that what the model answers can be told beforehand. */
@Timeout(30)
final class TakesStepTest {
    private static final String SCHEMA =
            """
                output_schema:
                  type: object
                  properties: {word: {type: string}}
                  required: [word]
            """;

    private final Books books = new Books();
    private final ScriptedModel model = new ScriptedModel();

    private CascadeResult run(String more, Overrides overrides) throws InterruptedException {
        StepRunner runner =
                new StepRunner(
                        model,
                        books,
                        books,
                        Clock.systemUTC(),
                        _ -> {},
                        StepRunner.Limits.DEFAULT,
                        new WebClient(WebAccess.DEFAULT));
        String yaml =
                """
                cascade_id: x
                cells:
                  - name: pick
                    instructions: "A word for {{ input.text }}"
                """
                        + more;
        return runner.run(
                new Invocation(
                        CascadeParser.parse("x.yaml", yaml),
                        AnswerJson.MAPPER.createObjectNode().put("text", "day"),
                        books.newCaller("sql"),
                        "udf",
                        0,
                        "",
                        "hash",
                        "",
                        overrides,
                        Allowance.UNLIMITED,
                        null));
    }

    private CascadeResult run(String more) throws InterruptedException {
        return run(more, Overrides.NONE);
    }

    private static String takes(int factor, String more) {
        return "    takes: {factor: %d, max_parallel: 1%s}\n".formatted(factor, more);
    }

    @Test
    void a_vote_ends_when_it_is_decided() throws InterruptedException {
        model.answers("Sun", " sun");

        CascadeResult result = run(takes(3, ", mode: vote, models: [a, b, c]"));

        assertThat(result.value()).isEqualTo("Sun");
        assertThat(result.modelCalls()).isEqualTo(2);
        assertThat(model.requests).extracting(ModelRequest::model).containsExactly("a", "b");
        assertThat(books.all(Event.AttemptStarted.class))
                .extracting(Event.AttemptStarted::take, Event.AttemptStarted::attempt)
                .containsExactly(tuple(0, 1), tuple(1, 2));
        Event.CellEnded cell = books.last(Event.CellEnded.class);
        assertThat(cell.usage()).isEqualTo(ScriptedModel.PRICE.plus(ScriptedModel.PRICE));
        assertThat(cell.contentJson())
                .startsWith("{\"output\":\"Sun\",\"takes\":{\"mode\":\"vote\",\"factor\":3,")
                .contains("\"winner\":0,\"votes\":2")
                .contains(
                        "{\"take\":1,\"state\":\"answered\",\"model\":\"real-model\",\"attempts\":1")
                .contains("{\"take\":2,\"state\":\"not started\"}");
    }

    @Test
    void a_take_is_repaired_by_itself_and_its_notes_have_its_number() throws InterruptedException {
        model.answers("no json", "{\"word\": \"sun\"}", "{\"word\": \"sun\"}");

        CascadeResult result = run(SCHEMA + takes(3, ", mode: vote"));

        assertThat(result.value()).isEqualTo("sun");
        assertThat(books.all(Event.AttemptEnded.class))
                .extracting(Event.AttemptEnded::take, Event.AttemptEnded::turn)
                .containsExactly(tuple(0, 1), tuple(0, 2), tuple(1, 1));
        assertThat(books.last(Event.Noted.class).take()).isZero();
    }

    @Test
    void a_model_picks_by_number() throws InterruptedException {
        model.answers("moon", "sun", "{\"best\": 2}");

        CascadeResult result = run(takes(2, ", evaluator_model: judge"));

        assertThat(result.value()).isEqualTo("sun");
        assertThat(model.requests.getLast().model()).isEqualTo("judge");
        assertThat(Objects.requireNonNull(model.requests.getLast().schema()).toString())
                .contains("\"enum\":[1,2]");
        assertThat(books.last(Event.AttemptEnded.class).take()).isEqualTo(Event.NO_TAKE);
        assertThat(books.last(Event.CellEnded.class).contentJson()).contains("\"winner\":1");
    }

    @Test
    void a_choice_of_what_is_not_there_is_repaired_and_then_the_cell_s_fault()
            throws InterruptedException {
        model.answers("moon", "sun", "{\"best\": 3}", "{\"best\": 0}");

        RowError error = Objects.requireNonNull(run(takes(2, "")).error());

        assertThat(error.errorClass()).isEqualTo("schema");
        assertThat(error.message()).contains("pick.evaluate");
        assertThat(error.attempts()).isEqualTo(4);
    }

    @Test
    void a_lost_take_is_not_shown_to_who_picks() throws InterruptedException {
        model.answers("moon")
                .fails(ScriptedModel.fault("refused", false))
                .answers("sun", "{\"best\": 2}");

        CascadeResult result = run(takes(3, ""));

        assertThat(result.value()).isEqualTo("sun");
        assertThat(model.requests.getLast().messages().getFirst().content())
                .contains("<answer number=\"2\">\nsun\n</answer>")
                .doesNotContain("<answer number=\"3\">");
        assertThat(books.last(Event.CellEnded.class).contentJson())
                .contains("\"winner\":2", "\"take\":1,\"state\":\"failed\"");
    }

    @Test
    void a_merged_answer_follows_the_cell_s_schema() throws InterruptedException {
        model.answers("{\"word\": \"a\"}", "{\"word\": \"b\"}", "ab", "{\"word\": \"ab\"}");

        CascadeResult result = run(SCHEMA + takes(2, ", mode: aggregate"));

        assertThat(result.value()).isEqualTo("ab");
        assertThat(result.modelCalls()).isEqualTo(4);
        assertThat(books.last(Event.CellEnded.class).contentJson()).doesNotContain("winner");
    }

    @Test
    void if_all_takes_fail_the_cell_does_as_the_first() throws InterruptedException {
        model.fails(ScriptedModel.fault("refused", false))
                .fails(ScriptedModel.fault("length", false));

        CascadeResult result = run(takes(2, ", mode: vote"));

        RowError error = Objects.requireNonNull(result.error());
        assertThat(error.errorClass()).isEqualTo("refused");
        assertThat(error.message()).startsWith("no take of cell \"pick\" has an answer");
        assertThat(error.hint()).isEqualTo("try later");
        assertThat(books.last(Event.SessionEnded.class).status()).isEqualTo(SessionStatus.ERROR);
    }

    @Test
    void a_cell_whose_takes_all_fail_may_go_on_with_null() throws InterruptedException {
        model.fails(ScriptedModel.fault("refused", false))
                .fails(ScriptedModel.fault("refused", false));

        CascadeResult result = run(takes(2, ", mode: vote") + "    on_error: continue\n");

        assertThat(result.error()).isNull();
        assertThat(result.value()).isNull();
    }

    @Test
    void a_fault_of_the_statement_is_not_a_lost_take() {
        model.answers("sun").fails(ScriptedModel.fault("unauthorized", true));

        assertThatThrownBy(() -> run(takes(3, ", mode: vote"))).isInstanceOf(SqlException.class);
        assertThat(model.requests).hasSize(2);
    }

    @Test
    void time_ends_the_take_that_runs() throws InterruptedException {
        model.answers("sun", ScriptedModel.HANG);

        CascadeResult result = run(takes(3, ", mode: vote") + "    timeout: 200ms\n");

        assertThat(Objects.requireNonNull(result.error()).errorClass()).isEqualTo("timeout");
        Event.AttemptEnded ended = books.last(Event.AttemptEnded.class);
        assertThat(ended.take()).isEqualTo(1);
        assertThat(ended.errorJson()).contains("timeout");
        assertThat(books.last(Event.CellEnded.class).contentJson())
                .contains("\"take\":1,\"state\":\"cancelled\"");
    }

    @Test
    void an_override_goes_before_the_list_and_the_judge() throws InterruptedException {
        model.answers("moon", "sun", "{\"best\": 1}");

        run(
                takes(2, ", models: [a, b], evaluator_model: c"),
                new Overrides("mine", null, null, null));

        assertThat(model.requests).extracting(ModelRequest::model).containsOnly("mine");
    }

    @Test
    void offline_every_take_and_the_merged_answer_are_the_example_s() throws InterruptedException {
        model.answers("sun", "sun", "sun");

        run(takes(2, ", mode: aggregate") + "examples:\n  - {input: {text: day}, output: star}\n");

        assertThat(model.requests)
                .allSatisfy(request ->
                        assertThat(String.valueOf(request.exampleAnswer().get()))
                                .isEqualTo("\"star\""));
    }

    @Test
    void offline_there_is_no_example_for_a_choice() throws InterruptedException {
        model.answers("moon", "sun", "{\"best\": 1}");

        run(takes(2, "") + "examples:\n  - {input: {text: day}, output: star}\n");

        assertThat(model.requests.getLast().exampleAnswer().get()).isNull();
    }
}
