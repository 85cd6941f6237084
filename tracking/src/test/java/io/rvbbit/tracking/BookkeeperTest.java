package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.Event.NoteType;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.EventStore.Batch;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BookkeeperTest {
    private static final String CALLER = "sql-clever-fox-abc123";
    private static final String SESSION = "udf-merry-owl-abc124";
    private static final String ERROR =
            "{\"class\":\"timeout\",\"sqlstate\":\"38000\",\"message\":\"too slow\",\"attempts\":1}";

    private final List<Event> events = new ArrayList<>();
    private final Story story = new Story(events::add, CALLER);
    private final Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);

    private final Numbering numbering = new Numbering();

    private Batch book() {
        Batch batch = numbering.book(bookkeeper, events);
        events.clear();
        return batch;
    }

    @Test
    void each_event_of_a_good_row_has_its_type() {
        story.statement("q");
        story.row(SESSION, 4, Story.usage(10, 2, "0.5"));

        assertThat(book().logs())
                .extracting(row -> row.text(LogColumn.EVENT_TYPE))
                .containsExactly(
                        "cascade_start",
                        "phase_start",
                        "turn_start",
                        "turn_complete",
                        "phase_complete",
                        "cascade_complete");
    }

    @Test
    void every_row_echoes_its_caller_and_session() {
        story.statement("q");
        story.row(SESSION, 4, Story.usage(10, 2, "0.5"));

        assertThat(book().logs())
                .allSatisfy(row -> {
                    assertThat(row.text(LogColumn.CALLER_ID)).isEqualTo(CALLER);
                    assertThat(row.text(LogColumn.TRACE_ID)).isEqualTo(CALLER);
                    assertThat(row.text(LogColumn.INVOCATION_METADATA_JSON))
                            .isEqualTo(Story.metadata("q"));
                    assertThat(row.text(LogColumn.SESSION_ID)).isEqualTo(SESSION);
                    assertThat(row.text(LogColumn.CASCADE_ID)).isEqualTo("extract_brand");
                    assertThat(row.text(LogColumn.CASCADE_FILE))
                            .isEqualTo("traits/extract_brand.yaml");
                    assertThat(row.text(LogColumn.INPUT_HASH)).isEqualTo("abad1dea");
                    assertThat(row.get(LogColumn.SOURCE_ROW_INDEX)).isEqualTo(4L);
                    assertThat(row.get(LogColumn.TIMESTAMP_ISO))
                            .isEqualTo(row.get(LogColumn.TIMESTAMP));
                });
    }

    @Test
    void money_and_tokens_stand_on_the_row_that_ends_the_cell_and_nowhere_else() {
        story.statement("q");
        story.row(SESSION, 0, Story.usage(10, 2, "0.5"));

        List<Row<LogColumn>> rows = book().logs();

        assertThat(rows)
                .extracting(row -> row.get(LogColumn.COST))
                .containsExactly(null, null, null, null, new BigDecimal("0.500000000000"), null);
        assertThat(rows)
                .extracting(row -> row.get(LogColumn.ATTEMPT_COST))
                .containsExactly(null, null, null, new BigDecimal("0.500000000000"), null, null);
        assertThat(rows.get(4).get(LogColumn.TOKENS_IN)).isEqualTo(10L);
        assertThat(rows.get(4).get(LogColumn.TOKENS_OUT)).isEqualTo(2L);
        assertThat(rows.get(3).get(LogColumn.TOKENS_IN)).isNull();
        assertThat(rows.get(3).get(LogColumn.ATTEMPT_TOKENS_IN)).isEqualTo(10L);
    }

    @Test
    void a_failed_cell_keeps_what_its_attempts_cost() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        story.cell(SESSION, "extract");
        story.attempt(SESSION, "extract", "r1", 1);
        story.attemptEnds(SESSION, "extract", "r1", 1, null, ERROR);
        story.attempt(SESSION, "extract", "r2", 2);
        story.attemptEnds(SESSION, "extract", "r2", 2, Story.usage(3, 1, "0.25"), ERROR);
        story.cellEnds(SESSION, "extract", Story.usage(3, 1, "0.25"), ERROR);
        story.sessionEnds(SESSION, SessionStatus.ERROR, "", ERROR);

        List<Row<LogColumn>> rows = book().logs();

        assertThat(rows)
                .extracting(
                        row -> row.text(LogColumn.EVENT_TYPE) + ' ' + row.text(LogColumn.STATUS))
                .containsExactly(
                        "cascade_start running",
                        "phase_start running",
                        "turn_start running",
                        "turn_error uncosted",
                        "turn_start running",
                        "turn_error error",
                        "phase_error error",
                        "cascade_error error");
        assertThat(rows.get(6).get(LogColumn.COST)).isEqualTo(new BigDecimal("0.250000000000"));
        assertThat(rows.get(6).text(LogColumn.ERROR_JSON)).isEqualTo(ERROR);
    }

    @Test
    void rows_point_to_what_contains_them() {
        story.statement("q");
        story.row(SESSION, 0, Usage.NONE);

        List<Row<LogColumn>> rows = book().logs();
        String cascadeStart = id(rows.get(0));
        String phaseStart = id(rows.get(1));

        assertThat(rows)
                .extracting(row -> row.text(LogColumn.PARENT_ID))
                .containsExactly("", cascadeStart, phaseStart, phaseStart, cascadeStart, "");
    }

    @Test
    void a_sub_session_points_to_the_cell_that_runs_it() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        story.cell(SESSION, "outer");
        story.session("udf-calm-bee-abc125", SESSION, 1, -1, "{}");

        List<Row<LogColumn>> rows = book().logs();
        Row<LogColumn> sub = rows.get(2);

        assertThat(sub.text(LogColumn.PARENT_ID)).isEqualTo(id(rows.get(1)));
        assertThat(sub.text(LogColumn.PARENT_SESSION_ID)).isEqualTo(SESSION);
        assertThat(sub.text(LogColumn.CALLER_ID)).isEqualTo(CALLER);
        assertThat(sub.get(LogColumn.SOURCE_ROW_INDEX)).isNull();
    }

    @Test
    void tools_and_notes_have_rows_of_their_own() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        Instant at = Story.START;
        events.add(
                new Event.ToolStarted(
                        SESSION, "load", "sql_data", Event.NO_TAKE, "{\"query\":\"x\"}", at));
        events.add(
                new Event.ToolEnded(
                        SESSION, "load", "sql_data", 2, "[1]", "", Duration.ofMillis(3), at));
        events.add(
                new Event.ToolEnded(
                        SESSION, "load", "sql_data", Event.NO_TAKE, "", ERROR, Duration.ZERO, at));
        for (NoteType type : NoteType.values()) {
            events.add(new Event.Noted(SESSION, "load", type, 2, Event.NO_TAKE, "not json", at));
        }

        List<Row<LogColumn>> rows = book().logs();

        assertThat(rows.subList(1, rows.size()))
                .extracting(row -> row.text(LogColumn.EVENT_TYPE))
                .containsExactly(
                        "tool_start",
                        "tool_complete",
                        "tool_error",
                        "validation",
                        "retry",
                        "handoff");
        assertThat(rows.get(2).text(LogColumn.NODE_TYPE)).isEqualTo("sql_data");
        assertThat(rows.get(2).get(LogColumn.DURATION_MS)).isEqualTo(3L);
        assertThat(rows.get(4).text(LogColumn.CONTENT_JSON)).isEqualTo("\"not json\"");
        assertThat(rows.get(6).get(LogColumn.CACHE_HIT)).isEqualTo(false);
    }

    @Test
    void a_served_answer_has_a_row_with_its_caller_and_no_session_or_cost() {
        story.statement("q");
        events.add(
                new Event.AnswerServed(
                        new CallerId(CALLER),
                        "brand",
                        "traits/brand.yaml",
                        "abc",
                        4,
                        "{\"sku\":7}",
                        SESSION,
                        "openai/tiny",
                        Story.START,
                        30,
                        2,
                        "0.000003703701",
                        Story.START.plusSeconds(60)));

        assertThat(book().logs())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.text(LogColumn.EVENT_TYPE)).isEqualTo("cache_hit");
                    assertThat(row.get(LogColumn.CACHE_HIT)).isEqualTo(true);
                    assertThat(row.text(LogColumn.CALLER_ID)).isEqualTo(CALLER);
                    assertThat(row.text(LogColumn.INVOCATION_METADATA_JSON)).contains("sql.query");
                    assertThat(row.text(LogColumn.SESSION_ID)).isEmpty();
                    assertThat(row.get(LogColumn.COST)).isNull();
                    assertThat(row.text(LogColumn.INPUT_HASH)).isEqualTo("abc");
                    assertThat(row.get(LogColumn.SOURCE_ROW_INDEX)).isEqualTo(4L);
                    assertThat(row.text(LogColumn.METADATA_JSON))
                            .isEqualTo("{\"key\":{\"sku\":7}}");
                    assertThat(row.text(LogColumn.CONTENT_JSON))
                            .isEqualTo(
                                    "{\"session_id\":\""
                                            + SESSION
                                            + "\",\"models\":\"openai/tiny\",\"computed_at\":\""
                                            + Story.START
                                            + "\",\"saved_tokens_in\":30,\"saved_tokens_out\":2,"
                                            + "\"saved_cost\":\"0.000003703701\"}");
                });
    }

    @Test
    void a_start_previews_its_input_under_a_flat_key() {
        story.statement("q");
        story.session(SESSION, 0, "{\"text\":\"" + "ab".repeat(150) + "\"}");

        String content = book().logs().getFirst().text(LogColumn.CONTENT_JSON);

        assertThat(content).startsWith("{\"$\":\"{\\\"text\\\":\\\"abab").contains("\"input\":{");
        assertThat(JsonText.field(content, "$")).hasSize(200);
    }

    @Test
    void bodies_of_requests_and_answers_are_kept() {
        story.statement("q");
        story.row(SESSION, 0, Usage.NONE);

        List<Row<LogColumn>> rows = book().logs();

        assertThat(rows.get(2).text(LogColumn.FULL_REQUEST_JSON)).isEqualTo("{\"model\":\"gpt\"}");
        assertThat(rows.get(3).text(LogColumn.FULL_RESPONSE_JSON)).isEqualTo("{\"id\":\"r\"}");
        assertThat(rows.get(3).text(LogColumn.TOOL_CALLS_JSON)).isEqualTo("[]");
        assertThat(rows.get(3).text(LogColumn.MODEL_REQUESTED)).isEqualTo("gpt");
        assertThat(rows.get(3).text(LogColumn.MODEL)).isEqualTo("gpt-x");
        assertThat(rows.get(3).text(LogColumn.REQUEST_ID)).isEqualTo("req-" + SESSION);
    }

    @Test
    void cancelled_sessions_have_their_own_event() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        story.sessionEnds(SESSION, SessionStatus.CANCELLED, "", ERROR);

        Batch batch = book();

        assertThat(batch.logs().getLast().text(LogColumn.EVENT_TYPE))
                .isEqualTo("cascade_cancelled");
        Row<SessionColumn> session = batch.sessions().getFirst();
        assertThat(session.text(SessionColumn.STATUS)).isEqualTo("cancelled");
        assertThat(session.text(SessionColumn.ERROR_MESSAGE)).isEqualTo("too slow");
    }

    @Test
    void a_session_has_one_row_that_follows_it() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        assertThat(book().sessions())
                .singleElement()
                .extracting(row -> row.text(SessionColumn.STATUS))
                .isEqualTo("starting");

        story.cell(SESSION, "extract");
        Row<SessionColumn> running = book().sessions().getFirst();
        assertThat(running.text(SessionColumn.STATUS)).isEqualTo("running");
        assertThat(running.text(SessionColumn.CURRENT_CELL)).isEqualTo("extract");

        story.sessionEnds(SESSION, SessionStatus.COMPLETED, "Apple", "");
        Row<SessionColumn> ended = book().sessions().getFirst();
        assertThat(ended.text(SessionColumn.STATUS)).isEqualTo("completed");
        assertThat(ended.text(SessionColumn.OUTPUT)).isEqualTo("Apple");
        assertThat(running.text(SessionColumn.STATUS)).isEqualTo("running");
    }

    @Test
    void what_is_told_after_the_end_still_finds_its_caller_and_ends_nothing_twice() {
        story.statement("q");
        story.row(SESSION, 0, Usage.NONE);
        story.statementEnds(1, Usage.NONE);
        book();

        story.attemptEnds(SESSION, "extract", "late", 2, null, ERROR);
        story.sessionEnds(SESSION, SessionStatus.CANCELLED, "", "");
        Batch late = book();

        assertThat(late.logs())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.text(LogColumn.CALLER_ID)).isEqualTo(CALLER));
        assertThat(late.sessions()).isEmpty();
    }

    @Test
    void a_session_that_never_started_loses_no_money() {
        story.cellEnds("udf-lost-cat-abc126", "extract", Story.usage(1, 1, "0.1"), "");

        Row<LogColumn> row = book().logs().getFirst();

        assertThat(row.text(LogColumn.SESSION_ID)).isEqualTo("udf-lost-cat-abc126");
        assertThat(row.text(LogColumn.CALLER_ID)).isEmpty();
        assertThat(row.get(LogColumn.COST)).isEqualTo(new BigDecimal("0.100000000000"));
    }

    @Test
    void message_ids_sort_by_time_of_recording() {
        story.statement("q");
        for (int i = 0; i < 5_000; i++) {
            story.row("udf-merry-owl-" + (100_000 + i), i, Usage.NONE);
        }

        List<String> ids = book().logs().stream().map(BookkeeperTest::id).toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(UUID.fromString(ids.getFirst()).version()).isEqualTo(7);
    }

    @Test
    void an_event_that_cannot_be_booked_does_not_stop_the_others() {
        story.statement("q");
        story.session(SESSION, 0, "{}");
        story.cellEnds(SESSION, "extract", Story.usage(1, 1, "1000000"), "");
        story.cellEnds(SESSION, "extract", Story.usage(1, 1, "1"), "");

        assertThat(book().logs()).hasSize(2);
    }

    private static String id(Row<LogColumn> row) {
        return String.valueOf(row.get(LogColumn.MESSAGE_ID));
    }
}
