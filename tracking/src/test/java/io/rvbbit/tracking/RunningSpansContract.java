package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the books say of a statement that runs. */
abstract class RunningSpansContract {
    private static final String CALLER = "sql-clever-fox-abc123";
    private static final String OTHER = "sql-calm-bee-def456";
    private static final String SESSION = "udf-merry-owl-abc124";

    private final Instant minuteAgo = Instant.now().minusSeconds(60);

    @TempDir Path directory;
    private Books books;
    private TraceStory story;

    /** New books. */
    abstract Books empty(Path directory);

    /** After the books are closed. */
    void drop() throws SQLException {}

    @BeforeEach
    void open() {
        books = empty(directory);
        story = new TraceStory(books, CALLER, minuteAgo);
    }

    @AfterEach
    void close() throws SQLException {
        books.close();
        drop();
    }

    private List<String> rows(String table, @Nullable String user, String... columns) {
        return rows(table, user, List.of(), columns);
    }

    private List<String> rows(
            String table, @Nullable String user, List<Condition> conditions, String... columns) {
        List<String> rows = new ArrayList<>();
        try (Scan scan =
                books.scan(table, List.of(columns), Optional.ofNullable(user), conditions)) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(
                        Arrays.stream(row).map(String::valueOf).collect(Collectors.joining(" | ")));
            }
        }
        rows.removeIf(row -> row.contains("store_delivery"));
        rows.sort(null);
        return rows;
    }

    private void hangs() {
        story.statement();
        story.step("rewrite", 0, 10);
        story.session(SESSION, 0, 20);
        story.cell(SESSION, "ask", 20);
        story.attempt(SESSION, "ask", "r1", "", 30, 60);
        story.attemptBegins(SESSION, "ask", "r2", 70);
    }

    private void ends() {
        story.attemptEnds(SESSION, "ask", "r2", "", 70, 90);
        story.cellEnds(SESSION, "ask", "", 20, 100);
        story.sessionEnds(SESSION, SessionStatus.COMPLETED, "", 20, 100);
        story.statementEnds(StatementStatus.COMPLETED, 200);
    }

    @Test
    void what_runs_is_shown_beside_what_has_ended() {
        hangs();

        assertThat(
                        rows(
                                "trace_spans",
                                null,
                                "depth",
                                "operation",
                                "status",
                                "ended_at",
                                "model_id",
                                "session_id"))
                .filteredOn(row -> row.contains("running"))
                .containsExactly(
                        "0 | statement | running | null |  | ",
                        "1 | cascade extract_brand | running | null |  | " + SESSION,
                        "2 | cell extract_brand.ask | running | null |  | " + SESSION,
                        "3 | chat extract_brand.ask | running | null | gpt | " + SESSION);
        assertThat(rows("trace_spans", null, "operation")).hasSize(6);
        assertThat(rows("trace_spans", null)).as("no column at all").hasSize(6);
        List<Condition> running = List.of(new Condition("status", "=", List.of("running")));
        assertThat(rows("trace_spans", null, running, "duration_ms"))
                .hasSize(4)
                .allSatisfy(length -> assertThat(Long.parseLong(length)).isGreaterThan(50_000));
    }

    @Test
    void the_waterfall_has_all_of_a_statement_that_runs() {
        new TraceStory(books, OTHER, minuteAgo).waterfall();
        hangs();
        String[] columns = {"caller_id", "position", "operation", "offset_ms", "status"};

        List<String> own =
                rows(
                        "trace_waterfall",
                        null,
                        List.of(new Condition("caller_id", "=", List.of(CALLER))),
                        columns);

        assertThat(own)
                .containsExactly(
                        CALLER + " | 1 | statement | 0 | running",
                        CALLER + " | 2 | rewrite | 0 | completed",
                        CALLER + " | 3 | cascade extract_brand | 20 | running",
                        CALLER + " | 4 | cell extract_brand.ask | 20 | running",
                        CALLER + " | 5 | chat extract_brand.ask | 30 | completed",
                        CALLER + " | 6 | chat extract_brand.ask | 70 | running");
        assertThat(rows("trace_waterfall", null, columns))
                .hasSize(8 + 6)
                .containsAll(own)
                .filteredOn(row -> row.startsWith(OTHER))
                .hasSize(8)
                .noneMatch(row -> row.contains("running"));
    }

    @Test
    void what_has_ended_is_there_once() {
        hangs();
        assertThat(rows("trace_spans", null, "span_id", "operation"))
                .hasSize(6)
                .doesNotHaveDuplicates();
        List<String> before = rows("trace_spans", null, "operation", "span_id", "parent_span_id");

        ends();

        assertThat(rows("trace_spans", null, "operation", "span_id", "parent_span_id"))
                .as("under the ids that they had while they ran")
                .isEqualTo(before);
        assertThat(rows("trace_spans", null, "operation", "status"))
                .allMatch(row -> row.endsWith("completed"));
        assertThat(rows("trace_waterfall", null, "operation")).hasSize(6);
    }

    @Test
    void what_never_ends_by_itself_ends_with_the_statement() {
        hangs();
        story.statementEnds(StatementStatus.CANCELLED, 200);
        story.attemptEnds(
                SESSION, "ask", "r2", "{\"class\":\"cancelled\",\"message\":\"\"}", 70, 300);

        assertThat(rows("trace_spans", null, "operation", "status"))
                .containsExactly(
                        "chat extract_brand.ask | cancelled",
                        "chat extract_brand.ask | completed",
                        "rewrite | completed",
                        "statement | cancelled");
    }

    private void tool(int take, long start) {
        books.record(
                new Event.ToolStarted(
                        SESSION, "ask", "sql_data", take, "{}", minuteAgo.plusMillis(start)));
    }

    private void toolEnds(int take, long start, long end) {
        books.record(
                new Event.ToolEnded(
                        SESSION,
                        "ask",
                        "sql_data",
                        take,
                        "{}",
                        "",
                        Duration.ofMillis(end - start),
                        minuteAgo.plusMillis(end)));
    }

    @Test
    void tools_of_one_name_that_run_at_once_are_told_apart() {
        story.statement();
        story.session(SESSION, 0, 20);
        story.cell(SESSION, "ask", 20);
        tool(Event.NO_TAKE, 30);
        tool(Event.NO_TAKE, 31);
        tool(1, 32);
        List<String> before = tools();
        assertThat(before).hasSize(3);
        assertThat(before).filteredOn(row -> row.contains("\"take_index\":1")).hasSize(1);

        toolEnds(1, 32, 40);
        toolEnds(Event.NO_TAKE, 31, 41);
        assertThat(rows("trace_spans", null, "operation", "status"))
                .filteredOn(row -> row.startsWith("tool "))
                .containsExactly(
                        "tool extract_brand.ask.sql_data | completed",
                        "tool extract_brand.ask.sql_data | completed",
                        "tool extract_brand.ask.sql_data | running");
        toolEnds(Event.NO_TAKE, 30, 42);

        assertThat(tools()).isEqualTo(before);
    }

    private List<String> tools() {
        List<String> rows = rows("trace_spans", null, "operation", "span_id", "metadata");
        rows.removeIf(row -> !row.startsWith("tool "));
        return rows;
    }

    @Test
    void a_statement_is_shown_before_it_is_booked() {
        CallerId caller = new CallerId(CALLER);
        String step = LiveStep.idOf(caller, 1, 1);
        var shown =
                new LiveStep(
                        caller,
                        1,
                        TraceContext.of(caller, true, false),
                        "ada",
                        "rvbbit_run",
                        minuteAgo,
                        new LiveStep.Step(step, "input_query", minuteAgo.plusMillis(5)));
        books.showSteps(() -> List.of(shown));
        String[] columns = {"depth", "operation", "status", "span_id", "parent_span_id"};
        List<String> before = rows("trace_spans", "ada", columns);
        assertThat(before).hasSize(2).allMatch(row -> row.contains("running"));
        assertThat(rows("trace_spans", "bob", columns)).isEmpty();

        story.statement();
        assertThat(rows("trace_spans", "ada", columns)).as("both know of it").isEqualTo(before);

        books.showSteps(List::of);
        books.record(
                new Event.SpanEnded(
                        caller,
                        step,
                        "gateway",
                        "input_query",
                        "",
                        "",
                        Duration.ofMillis(7),
                        minuteAgo.plusMillis(12)));
        story.statementEnds(StatementStatus.COMPLETED, 20);
        assertThat(rows("trace_spans", "ada", columns))
                .isEqualTo(
                        before.stream().map(row -> row.replace("running", "completed")).toList());
    }

    @Test
    void what_is_only_exported_is_not_shown() {
        CallerId caller = new CallerId(CALLER);
        var exported =
                new LiveStep(
                        caller,
                        1,
                        TraceContext.of(caller, false, true),
                        "ada",
                        "rvbbit_map",
                        minuteAgo,
                        null);
        books.showSteps(() -> List.of(exported));
        new Story(books, CALLER).traced(exported.trace()).statement("q");

        assertThat(rows("trace_spans", null, "operation")).isEmpty();
    }

    @Test
    void a_user_sees_his_own() {
        hangs();

        assertThat(rows("trace_spans", "ada", "operation")).hasSize(6);
        for (String table : List.of("trace_spans", "trace_waterfall", "trace_spans_health")) {
            assertThat(rows(table, "bob", firstOf(table))).as(table).isEmpty();
        }
    }

    private static String firstOf(String table) {
        return BookTables.table(table).columns().getFirst().name();
    }

    @Test
    void health_counts_what_runs() {
        story.statement();
        story.session(SESSION, 0, 20);
        String[] columns = {"user_name", "spans", "running_spans", "traces", "spans_last_hour"};
        assertThat(rows("trace_spans_health", null, columns))
                .as("of a user of whom the store has nothing")
                .containsExactly("ada | 2 | 2 | 1 | 2");

        story.step("rewrite", 0, 10);
        new TraceStory(books, OTHER, minuteAgo).waterfall();

        assertThat(rows("trace_spans_health", "ada", "running_spans", "traces", "timed_out_spans"))
                .containsExactly("2 | 2 | 1");
        story.sessionEnds(SESSION, SessionStatus.COMPLETED, "", 20, 100);
        story.statementEnds(StatementStatus.COMPLETED, 200);
        assertThat(rows("trace_spans_health", "ada", "running_spans")).containsExactly("0");
    }
}
