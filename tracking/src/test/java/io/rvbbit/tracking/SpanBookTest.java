package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanBookTest {
    private static final String CALLER = "sql-clever-fox-abc123";
    private static final String SESSION = "udf-merry-owl-abc124";
    private static final String TRACEPARENT =
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final List<Event> events = new ArrayList<>();
    private final Story story = new Story(events::add, CALLER);
    private final List<TraceSpan> exported = new ArrayList<>();
    private final Bookkeeper bookkeeper =
            new Bookkeeper(
                    Bookkeeper.Past.NONE,
                    new TraceOptions(exported::addAll, provider -> provider + "-west-1"));
    private final Numbering numbering = new Numbering();

    private List<Row<SpanColumn>> book() {
        List<Row<SpanColumn>> spans = numbering.book(bookkeeper, events).spans();
        events.clear();
        return spans;
    }

    private Story traced() {
        return story.traced(TraceContext.of(new CallerId(CALLER), true, true));
    }

    private static String shown(Row<SpanColumn> span) {
        return "%s %s %s %s %s"
                .formatted(
                        span.get(SpanColumn.DEPTH),
                        span.text(SpanColumn.SERVICE),
                        span.text(SpanColumn.OPERATION),
                        span.text(SpanColumn.STATUS),
                        span.get(SpanColumn.DURATION_MS));
    }

    @Test
    void each_step_of_a_traced_statement_has_a_span() {
        traced().statement("q");
        story.row(SESSION, 4, Story.usage(10, 2, "0.5"));
        story.statementEnds(1, Story.usage(10, 2, "0.5"));

        assertThat(book())
                .extracting(SpanBookTest::shown)
                .containsExactly(
                        "3 model chat extract_brand.extract completed 40",
                        "2 cascade cell extract_brand.extract completed 50",
                        "1 cascade cascade extract_brand completed 90",
                        "0 gateway statement completed 1500");
    }

    @Test
    void a_statement_that_is_not_traced_has_none() {
        story.statement("q");
        story.row(SESSION, 4, Story.usage(10, 2, "0.5"));
        events.add(span("rewrite"));
        story.statementEnds(1, Usage.NONE);

        assertThat(book()).isEmpty();
    }

    @Test
    void spans_that_are_only_exported_are_not_kept() {
        story.traced(TraceContext.of(new CallerId(CALLER), false, true)).statement("q");
        story.row(SESSION, 4, Usage.NONE);

        assertThat(book()).isEmpty();
        assertThat(exported)
                .extracting(TraceSpan::operation)
                .containsExactly(
                        "chat extract_brand.extract",
                        "cell extract_brand.extract",
                        "cascade extract_brand");
    }

    @Test
    void spans_that_are_kept_and_exported_are_the_same() {
        traced().statement("q");
        story.row(SESSION, 4, Story.usage(10, 2, "0.5"));
        story.statementEnds(1, Story.usage(10, 2, "0.5"));

        List<Row<SpanColumn>> kept = book();

        assertThat(exported)
                .extracting(TraceSpan::spanId)
                .containsExactlyElementsOf(
                        kept.stream().map(span -> span.text(SpanColumn.SPAN_ID)).toList())
                .hasSize(4);
        assertThat(exported.getFirst().region()).isEqualTo("stub-west-1");
        assertThat(kept.getFirst().text(SpanColumn.REGION)).isEqualTo("stub-west-1");
        assertThat(exported.getLast().region()).isEmpty();
    }

    @Test
    void nothing_is_exported_twice() {
        traced().statement("q");
        story.row(SESSION, 4, Usage.NONE);
        var _ = book();
        exported.clear();
        story.statementEnds(1, Usage.NONE);
        var _ = book();

        assertThat(exported).extracting(TraceSpan::operation).containsExactly("statement");
    }

    @Test
    void a_sink_that_fails_takes_nothing_from_the_books() {
        List<Event> told = new ArrayList<>();
        var failing =
                new Bookkeeper(
                        Bookkeeper.Past.NONE,
                        new TraceOptions(
                                _ -> {
                                    throw new IllegalStateException("no room");
                                },
                                _ -> ""));
        new Story(told::add, CALLER)
                .traced(TraceContext.of(new CallerId(CALLER), true, true))
                .statement("q");
        new Story(told::add, CALLER).statementEnds(0, Usage.NONE);

        assertThat(new Numbering().book(failing, told).spans()).hasSize(1);
    }

    @Test
    void a_statement_whose_time_is_over_has_timed_out() {
        traced().statement("q");
        events.add(cancelled(Event.StatementEnded.TIMED_OUT));
        traced().statement("q", "ada", 2);
        events.add(cancelled("canceling statement due to user request"));

        assertThat(book())
                .extracting(span ->
                        span.text(SpanColumn.STATUS) + " " + span.text(SpanColumn.ERROR_TYPE))
                .containsExactly("timeout timeout", "cancelled cancelled");
    }

    private static Event cancelled(String message) {
        return new Event.StatementEnded(
                new CallerId(CALLER),
                Event.StatementStatus.CANCELLED,
                0,
                0,
                0,
                0,
                Usage.NONE,
                false,
                message,
                Duration.ofMillis(300),
                Story.START.plusMillis(300));
    }

    @Test
    void a_span_points_to_what_contains_it() {
        traced().statement("q");
        events.add(span("rewrite"));
        story.row(SESSION, 4, Usage.NONE);
        story.statementEnds(1, Usage.NONE);

        List<Row<SpanColumn>> spans = book();
        String statement = spans.get(4).text(SpanColumn.SPAN_ID);

        assertThat(spans).extracting(span -> span.text(SpanColumn.SPAN_ID)).doesNotHaveDuplicates();
        assertThat(spans)
                .extracting(span -> span.text(SpanColumn.PARENT_SPAN_ID))
                .containsExactly(
                        statement,
                        spans.get(2).text(SpanColumn.SPAN_ID),
                        spans.get(3).text(SpanColumn.SPAN_ID),
                        statement,
                        "");
        assertThat(spans)
                .allSatisfy(span -> {
                    assertThat(span.text(SpanColumn.TRACE_ID)).matches("[0-9a-f]{32}");
                    assertThat(span.text(SpanColumn.SPAN_ID)).matches("[0-9a-f]{16}");
                    assertThat(span.text(SpanColumn.CALLER_ID)).isEqualTo(CALLER);
                });
    }

    @Test
    void a_sub_session_stands_below_the_cell_that_runs_it() {
        traced().statement("q");
        story.session(SESSION, 0, "{}");
        story.cell(SESSION, "outer");
        story.session("udf-calm-bee-abc125", SESSION, 1, -1, "{}");
        story.sessionEnds("udf-calm-bee-abc125", SessionStatus.COMPLETED, "", "");
        story.cellEnds(SESSION, "outer", null, "");

        List<Row<SpanColumn>> spans = book();

        assertThat(spans.get(0).get(SpanColumn.DEPTH)).isEqualTo(3);
        assertThat(spans.get(0).text(SpanColumn.PARENT_SPAN_ID))
                .isEqualTo(spans.get(1).text(SpanColumn.SPAN_ID));
    }

    @Test
    void a_statement_of_another_services_trace_points_to_its_span() {
        story.traced(TraceContext.ofTraceparent(TRACEPARENT, true, true).orElseThrow())
                .statement("q");
        story.statementEnds(0, Usage.NONE);

        Row<SpanColumn> span = book().getFirst();

        assertThat(span.text(SpanColumn.TRACE_ID)).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(span.text(SpanColumn.PARENT_SPAN_ID)).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void what_fails_says_how() {
        traced().statement("q");
        story.session(SESSION, 0, "{}");
        story.cell(SESSION, "extract");
        story.attempt(SESSION, "extract", "r1", 1);
        story.attemptEnds(SESSION, "extract", "r1", 1, null, error("timeout"));
        story.attempt(SESSION, "extract", "r2", 2);
        story.attemptEnds(SESSION, "extract", "r2", 2, null, error("unavailable"));
        story.cellEnds(SESSION, "extract", null, error("cancelled"));
        story.sessionEnds(SESSION, SessionStatus.CANCELLED, "", "");

        assertThat(book())
                .extracting(span ->
                        span.text(SpanColumn.STATUS)
                                + " "
                                + span.text(SpanColumn.ERROR_TYPE)
                                + " "
                                + span.text(SpanColumn.ERROR_MESSAGE))
                .containsExactly(
                        "timeout timeout no luck",
                        "failed unavailable no luck",
                        "cancelled cancelled no luck",
                        "cancelled  ");
    }

    @Test
    void the_spans_of_a_statement_that_is_resumed_are_of_its_runs() {
        traced().statement("q");
        story.statementEnds(0, Usage.NONE);
        story.statement("q", "ada", 2);
        events.add(
                new Event.StatementEnded(
                        new CallerId(CALLER),
                        Event.StatementStatus.COMPLETED,
                        1,
                        1,
                        1,
                        0,
                        Usage.NONE,
                        false,
                        "",
                        Duration.ofMillis(1_700),
                        Story.START.plusSeconds(60)));

        List<Row<SpanColumn>> runs = book();

        assertThat(runs)
                .extracting(span -> span.get(SpanColumn.DURATION_MS))
                .containsExactly(1_500L, 200L);
        assertThat(runs.get(1).get(SpanColumn.STARTED_AT))
                .isEqualTo(Story.START.plusMillis(59_800));
        assertThat(runs.get(0).text(SpanColumn.SPAN_ID))
                .isNotEqualTo(runs.get(1).text(SpanColumn.SPAN_ID));
    }

    private static Event span(String operation) {
        return new Event.SpanEnded(
                new CallerId(CALLER),
                "",
                "gateway",
                operation,
                "",
                "",
                Duration.ofMillis(2),
                Story.START.plusMillis(5));
    }

    private static String error(String kind) {
        return "{\"class\":\"" + kind + "\",\"message\":\"no luck\"}";
    }
}
