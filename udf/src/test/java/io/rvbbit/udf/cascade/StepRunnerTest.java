package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BooksFull;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StepRunnerTest {
    private static final String SCHEMA =
            """
                output_schema:
                  type: object
                  properties: {brand: {type: string}}
                  required: [brand]
            """;

    private final Books books = new Books();
    private final ScriptedModel model = new ScriptedModel();
    private final ScriptedSql sql = new ScriptedSql();
    private final List<Duration> waits = new ArrayList<>();
    private final StepRunner runner =
            new StepRunner(
                    model,
                    books,
                    books,
                    Clock.systemUTC(),
                    waits::add,
                    StepRunner.Limits.DEFAULT,
                    new WebClient(WebAccess.DEFAULT));

    private static String prompt(String more) {
        return """
        cascade_id: brand
        cells:
          - name: extract
            instructions: "Brand of {{ input.product_name }}?"
        """
                + more;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) AnswerJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Invocation invocation(String yaml, String input, Overrides overrides, String prefix) {
        return new Invocation(
                CascadeParser.parse("x.yaml", yaml),
                json(input),
                books.newCaller("sql"),
                prefix,
                7,
                "",
                "hash",
                "batch".equals(prefix) ? "rows-hash" : "",
                overrides,
                Allowance.UNLIMITED,
                sql);
    }

    private static RowError error(CascadeResult result) {
        return Objects.requireNonNull(result.error());
    }

    private CascadeResult run(String yaml) throws InterruptedException {
        return run(yaml, Overrides.NONE);
    }

    private CascadeResult run(String yaml, Overrides overrides) throws InterruptedException {
        return runner.run(
                invocation(yaml, "{\"product_name\": \"Apple iPhone 15\"}", overrides, "udf"));
    }

    @Test
    void a_text_answer_is_trimmed_and_everything_is_booked() throws InterruptedException {
        model.answers("  Apple \n");
        CascadeResult result = run(prompt(""));
        assertThat(result.value()).isEqualTo("Apple");
        assertThat(result.output()).isNull();
        assertThat(result.error()).isNull();
        assertThat(result.modelCalls()).isEqualTo(1);
        assertThat(result.usage()).isEqualTo(ScriptedModel.PRICE);
        assertThat(result.outputs().toString()).isEqualTo("{\"extract\":\"Apple\"}");
        ModelRequest request = model.requests.getFirst();
        assertThat(request.messages().getFirst().content()).isEqualTo("Brand of Apple iPhone 15?");
        assertThat(request.model()).isEqualTo("default-model");
        assertThat(request.attempts().most()).isEqualTo(3);
        assertThat(request.exampleAnswer().get()).isNull();
        assertThat(books.kinds())
                .containsExactly(
                        "SessionStarted",
                        "CellStarted",
                        "AttemptStarted",
                        "AttemptEnded",
                        "CellEnded",
                        "SessionEnded");
        Event.SessionStarted started = books.last(Event.SessionStarted.class);
        assertThat(started.cascadeId()).isEqualTo("brand");
        assertThat(started.sourceRowIndex()).isEqualTo(7);
        assertThat(started.inputJson()).contains("iPhone");
        Event.CellEnded cell = books.last(Event.CellEnded.class);
        assertThat(cell.usage()).isEqualTo(ScriptedModel.PRICE);
        assertThat(cell.model()).isEqualTo("real-model");
        assertThat(cell.provider()).isEqualTo("scripted");
        assertThat(cell.contentJson()).isEqualTo("{\"output\":\"Apple\"}");
        Event.SessionEnded ended = books.last(Event.SessionEnded.class);
        assertThat(ended.status()).isEqualTo(SessionStatus.COMPLETED);
        assertThat(ended.outputJson()).isEqualTo("\"Apple\"");
    }

    @Test
    void structured_output_with_one_property_gives_its_value() throws InterruptedException {
        model.answers("Sure!\n```json\n{\"brand\": \"Apple\"}\n```");
        CascadeResult result = run(prompt(SCHEMA));
        assertThat(result.value()).isEqualTo("Apple");
        assertThat(String.valueOf(result.output())).isEqualTo("{\"brand\":\"Apple\"}");
        assertThat(model.requests.getFirst().schema()).isNotNull();
        assertThat(model.requests.getFirst().schemaName()).isEqualTo("brand_extract");
    }

    @Test
    void a_wrong_answer_is_repaired_in_a_second_turn_and_both_are_paid()
            throws InterruptedException {
        model.answers("{\"brnd\": 1}", "{\"brand\": \"Apple\"}");
        CascadeResult result = run(prompt(SCHEMA));
        assertThat(result.value()).isEqualTo("Apple");
        List<ModelRequest.Message> repair = model.requests.get(1).messages();
        assertThat(repair).hasSize(3);
        assertThat(repair.get(1).content()).isEqualTo("{\"brnd\": 1}");
        assertThat(repair.get(2).content()).contains("brand").contains("JSON Schema");
        assertThat(books.all(Event.AttemptStarted.class))
                .extracting(Event.AttemptStarted::attempt, Event.AttemptStarted::turn)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 1),
                        org.assertj.core.groups.Tuple.tuple(2, 2));
        Usage sum = books.last(Event.CellEnded.class).usage();
        assertThat(sum).isEqualTo(new Usage(20, 4, new BigDecimal("0.002")));
        assertThat(result.usage()).isEqualTo(sum);
        assertThat(books.all(Event.Noted.class))
                .extracting(Event.Noted::type)
                .containsExactly(Event.NoteType.VALIDATION);
    }

    @Test
    void answers_that_never_fit_are_a_row_error_of_class_schema() throws InterruptedException {
        model.answers("no", "no", "still no", "never");
        CascadeResult result = run(prompt(SCHEMA + "    rules: {max_attempts: 3}\n"));
        assertThat(result.value()).isNull();
        assertThat(error(result).toJson().toString())
                .isEqualTo(
                        "{\"class\":\"schema\",\"sqlstate\":\"38000\",\"message\":\"the answer of"
                                + " cell \\\"extract\\\" does not fit its output_schema: there is"
                                + " no JSON in the answer\",\"attempts\":4}");
        assertThat(result.usage().costUsd()).isEqualByComparingTo("0.004");
        assertThat(books.last(Event.SessionEnded.class).status()).isEqualTo(SessionStatus.ERROR);
        assertThat(books.last(Event.CellEnded.class).errorJson()).contains("\"schema\"");
    }

    @Test
    void the_statement_overrides_the_cell() throws InterruptedException {
        model.answers("Apple", "Apple");
        String cell =
                """
                    model: small
                    temperature: 0.1
                    max_tokens: 5
                    retry: {max_attempts: 6}
                    timeout: 9s
                """;
        run(prompt(cell));
        run(prompt(cell), new Overrides("large", 0.9, 50, Duration.ofSeconds(4)));
        ModelRequest own = model.requests.get(0);
        assertThat(own.model()).isEqualTo("small");
        assertThat(own.temperature()).isEqualTo(0.1);
        assertThat(own.maxTokens()).isEqualTo(5);
        assertThat(own.attempts().most()).isEqualTo(6);
        assertThat(own.timeout()).isEqualTo(Duration.ofSeconds(9));
        ModelRequest over = model.requests.get(1);
        assertThat(over.model()).isEqualTo("large");
        assertThat(over.temperature()).isEqualTo(0.9);
        assertThat(over.maxTokens()).isEqualTo(50);
        assertThat(over.timeout()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void a_model_without_an_answer_is_the_rows_fault_and_is_paid() throws InterruptedException {
        model.fails(ScriptedModel.fault("rate_limit", false));
        CascadeResult result = run(prompt(""));
        assertThat(result.error())
                .isEqualTo(
                        new RowError(
                                "rate_limit",
                                SqlState.EXTERNAL_ROUTINE,
                                "no answer",
                                1,
                                "try later"));
        assertThat(result.usage()).isEqualTo(ScriptedModel.PRICE);
    }

    @Test
    void a_fatal_model_error_is_the_statements_and_the_session_is_booked() {
        model.fails(ScriptedModel.fault("unauthorized", true));
        SqlException fault = catchThrowableOfType(SqlException.class, () -> run(prompt("")));
        assertThat(fault.state()).isEqualTo(SqlState.EXTERNAL_ROUTINE);
        assertThat(fault.hint()).contains("try later");
        assertThat(books.last(Event.SessionEnded.class).status()).isEqualTo(SessionStatus.ERROR);
        assertThat(books.last(Event.CellEnded.class).usage()).isEqualTo(ScriptedModel.PRICE);
    }

    @Test
    void an_unknown_input_is_the_statements_fault_before_any_call() {
        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () -> runner.run(invocation(prompt(""), "{}", Overrides.NONE, "udf")));
        assertThat(fault).hasMessageContaining("product_name");
        assertThat(model.requests).isEmpty();
        assertThat(books.kinds()).endsWith("CellEnded", "SessionEnded");
    }

    @Test
    void examples_are_handed_to_the_model_client() throws InterruptedException {
        String yaml =
                """
                cascade_id: two
                cells:
                  - {name: first, instructions: "{{ input.n }}"}
                  - {name: second, instructions: "{{ outputs.first }}"}
                examples:
                  - {input: {n: 1, s: " a "}, output: x}
                  - {input: {n: 2}, output: y, outputs: {first: z}}
                  - {rows_hash: rows-hash, output: all}
                """;
        for (String input : List.of("{\"n\":1.0,\"s\":\"a\"}", "{\"n\":2}", "{\"n\":3}")) {
            model.answers("a", "b");
            runner.run(invocation(yaml, input, Overrides.NONE, "udf"));
        }
        model.answers("a", "b");
        runner.run(invocation(yaml, "{\"n\":3}", Overrides.NONE, "batch"));
        assertThat(model.requests)
                .extracting(request -> String.valueOf(request.exampleAnswer().get()))
                .containsExactly(
                        "null", "\"x\"", "\"z\"", "\"y\"", "null", "null", "null", "\"all\"");
    }

    @Test
    void on_error_continue_makes_the_output_null_and_goes_on() throws InterruptedException {
        model.fails(ScriptedModel.fault("unavailable", false)).answers("fine");
        String yaml =
                prompt("    on_error: continue\n")
                        + "  - {name: next, instructions: \"{{ outputs.extract }}\"}\n";
        CascadeResult result = run(yaml);
        assertThat(result.value()).isEqualTo("fine");
        assertThat(result.modelCalls()).isEqualTo(2);
        assertThat(model.requests.get(1).messages().getFirst().content()).isEqualTo("null");
    }

    @Test
    void a_cell_that_takes_too_long_is_a_row_error_of_class_timeout() throws InterruptedException {
        model.answers(ScriptedModel.HANG);
        CascadeResult result = run(prompt("    timeout: 50ms\n"));
        assertThat(result.error())
                .isEqualTo(
                        new RowError(
                                "timeout",
                                SqlState.QUERY_CANCELED,
                                "cell \"extract\" took longer than 50 ms",
                                1));
        assertThat(books.last(Event.AttemptEnded.class).usage()).isNull();
        assertThat(books.last(Event.AttemptEnded.class).errorJson()).contains("\"timeout\"");
        assertThat(books.kinds()).endsWith("AttemptEnded", "CellEnded", "SessionEnded");
    }

    @Test
    void the_time_of_the_whole_run_ends_it_even_where_the_cell_would_go_on()
            throws InterruptedException {
        model.answers(ScriptedModel.HANG);
        String yaml =
                prompt("    on_error: continue\n")
                        + "  - {name: b, instructions: \"b {{ outputs.extract }}\"}\n";
        CascadeResult result = run(yaml, new Overrides(null, null, null, Duration.ofMillis(50)));
        assertThat(error(result).errorClass()).isEqualTo("timeout");
        assertThat(model.requests).hasSize(1);
    }

    private Thread start(String yaml, Overrides overrides, AtomicReference<Throwable> thrown) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        run(yaml, overrides);
                    } catch (InterruptedException | RuntimeException e) {
                        thrown.set(e);
                    }
                });
    }

    @Test
    void an_interrupt_aborts_the_call_and_books_the_session_as_cancelled()
            throws InterruptedException {
        for (String timeout : List.of("", "    timeout: 1h\n")) {
            ScriptedModel hung = model.answers(ScriptedModel.HANG);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread thread = start(prompt(timeout), Overrides.NONE, thrown);
            hung.hanging.await();
            while (hung.requests.size() < (timeout.isEmpty() ? 1 : 2)) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            Event.SessionEnded ended = books.last(Event.SessionEnded.class);
            assertThat(ended.status()).isEqualTo(SessionStatus.CANCELLED);
            assertThat(ended.errorJson()).contains("57014");
            assertThat(books.last(Event.CellEnded.class).errorJson()).contains("cancelled");
            assertThat(books.last(Event.AttemptEnded.class).errorJson()).contains("cancelled");
        }
    }

    @Test
    void nothing_begins_that_could_not_be_booked() {
        var full =
                new EventSink() {
                    @Override
                    public void record(Event event) {
                        books.record(event);
                    }

                    @Override
                    public boolean awaitRoom(CallerId caller, CompletableFuture<?> stopped) {
                        throw new BooksFull("the event log is full");
                    }
                };
        var held =
                new StepRunner(
                        model,
                        full,
                        books,
                        Clock.systemUTC(),
                        waits::add,
                        StepRunner.Limits.DEFAULT,
                        new WebClient(WebAccess.DEFAULT));

        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () -> held.run(invocation(prompt(""), "{}", Overrides.NONE, "udf")));

        assertThat(fault.state()).isEqualTo(SqlState.DISK_FULL);
        assertThat(books.kinds()).isEmpty();
    }
}
