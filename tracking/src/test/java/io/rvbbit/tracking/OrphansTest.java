package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Scan;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that was killed leaves its file and write-ahead log: the test opens a copy of them. */
@Timeout(120)
class OrphansTest {
    private static final String CALLER = "sql-clever-fox-abc123";
    private static final Instant LATER = Story.START.plusSeconds(60);
    private static final String REFUSED = "{\"class\":\"http\",\"message\":\"503\"}";

    @TempDir Path directory;

    private interface Life {
        void live(Story story);
    }

    /** Opens the books as they are when a process is killed after {@code life} was stored. */
    private Books afterKill(Life life) throws IOException {
        Path killed = directory.resolve("killed.duckdb");
        try (Books books =
                Books.open(
                        directory.resolve("books.duckdb"),
                        Clock.fixed(Story.START, ZoneOffset.UTC))) {
            life.live(new Story(books, CALLER));
            books.scan("all_data", List.of()).close();
            for (String end : List.of("", ".wal")) {
                Path file = directory.resolve("books.duckdb" + end);
                if (Files.exists(file)) {
                    Files.copy(file, Path.of(killed + end));
                }
            }
        }
        return open();
    }

    private Books open() {
        return Books.open(directory.resolve("killed.duckdb"), Clock.fixed(LATER, ZoneOffset.UTC));
    }

    private static List<List<Object>> rows(Books books, String table, String... columns) {
        try (Scan scan = books.scan(table, List.of(columns))) {
            List<List<Object>> rows = new ArrayList<>();
            for (var row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
            return rows;
        }
    }

    @Test
    void what_was_running_is_orphaned() throws Exception {
        try (Books books =
                afterKill(story -> {
                    story.statement("q");
                    story.session("udf-a-a-000001", 0, "{}");
                    story.session("udf-b-b-000002", 1, "{}");
                    story.cell("udf-b-b-000002", "extract");
                    story.row("udf-c-c-000003", 2, Usage.NONE);
                })) {
            assertThat(rows(books, "session_state", "session_id", "status", "completed_at"))
                    .containsExactlyInAnyOrder(
                            List.of("udf-a-a-000001", "orphaned", LATER),
                            List.of("udf-b-b-000002", "orphaned", LATER),
                            List.of("udf-c-c-000003", "completed", Story.START.plusMillis(100)));
            assertThat(rows(books, "sql_query_log", "status", "rows_input", "llm_calls_count"))
                    .containsExactly(Arrays.asList("orphaned", null, 1L));
            assertThat(rows(books, "all_data", "event_type", "status", "caller_id"))
                    .filteredOn(row -> row.get(1).equals("orphaned"))
                    .containsExactly(
                            List.of("phase_error", "orphaned", CALLER),
                            List.of("cascade_error", "orphaned", CALLER),
                            List.of("cascade_error", "orphaned", CALLER));
        }
    }

    @Test
    void an_open_cell_ends_with_what_its_attempts_cost() throws Exception {
        String session = "udf-a-a-000001";
        try (Books books =
                afterKill(story -> {
                    story.statement("q");
                    story.session(session, 0, "{}");
                    story.cell(session, "extract");
                    story.attempt(session, "extract", "r0", 1);
                    story.attemptEnds(session, "extract", "r0", 1, Story.usage(7, 7, "0.5"), "");
                    story.cellEnds(session, "extract", Story.usage(7, 7, "0.5"), "");
                    story.cell(session, "extract");
                    story.attempt(session, "extract", "r1", 1);
                    story.attemptEnds(
                            session, "extract", "r1", 1, Story.usage(3, 1, "0.25"), REFUSED);
                    story.attempt(session, "extract", "r2", 2);
                    story.attemptEnds(session, "extract", "r2", 2, Story.usage(3, 1, "0.125"), "");
                })) {
            assertThat(rows(books, "all_data", "event_type", "cost", "tokens_in", "attempt_number"))
                    .filteredOn(row -> row.get(1) != null)
                    .containsExactly(
                            List.of("phase_complete", new BigDecimal("0.500000000000"), 7L, 1),
                            List.of("phase_error", new BigDecimal("0.375000000000"), 6L, 2));
            assertThat(rows(books, "sql_query_log", "total_cost", "total_tokens_in"))
                    .containsExactly(List.of(new BigDecimal("0.875000000000"), 13L));
        }
    }

    @Test
    void a_request_without_a_reply_is_listed_as_uncosted() throws Exception {
        String session = "udf-a-a-000001";
        try (Books books =
                afterKill(story -> {
                    story.statement("q");
                    story.session(session, 0, "{}");
                    story.cell(session, "extract");
                    story.attempt(session, "extract", "r1", 1);
                    story.attemptEnds(session, "extract", "r1", 1, Usage.NONE, "");
                    story.attempt(session, "extract", "r2", 2);
                })) {
            assertThat(
                            rows(
                                    books,
                                    "uncosted",
                                    "request_id",
                                    "session_id",
                                    "caller_id",
                                    "attempt_number",
                                    "ended_at",
                                    "duration_ms"))
                    .containsExactly(List.of("r2", session, CALLER, 2, LATER, 59_970L));
            assertThat(rows(books, "all_data", "event_type", "attempt_cost", "request_id"))
                    .contains(Arrays.asList("turn_error", null, "r2"));
        }
    }

    @Test
    void orphans_are_ended_once() throws Exception {
        afterKill(
                        story -> {
                            story.statement("q");
                            story.session("udf-a-a-000001", 0, "{}");
                        })
                .close();

        try (Books books = open()) {
            assertThat(rows(books, "all_data", "event_type"))
                    .containsExactly(List.of("cascade_start"), List.of("cascade_error"));
            assertThat(rows(books, "session_state")).hasSize(1);
            assertThat(rows(books, "sql_query_log")).hasSize(1);
        }
    }

    @Test
    void the_rows_of_orphans_point_to_what_contains_them() throws Exception {
        try (Books books =
                afterKill(story -> {
                    story.statement("q");
                    story.session("udf-a-a-000001", 0, "{}");
                    story.cell("udf-a-a-000001", "extract");
                    story.attempt("udf-a-a-000001", "extract", "r1", 1);
                })) {
            List<List<Object>> rows = rows(books, "all_data", "message_id", "parent_id");
            Object cascadeStart = rows.get(0).get(0);
            Object phaseStart = rows.get(1).get(0);

            assertThat(rows)
                    .extracting(row -> row.get(1))
                    .containsExactly("", cascadeStart, phaseStart, phaseStart, cascadeStart, "");
        }
    }

    @Test
    void a_statement_without_sessions_is_orphaned_too() throws Exception {
        try (Books books = afterKill(story -> story.statement("q"))) {
            assertThat(rows(books, "sql_query_log", "status", "total_cost", "error_message"))
                    .containsExactly(
                            List.of(
                                    "orphaned",
                                    new BigDecimal("0.000000000000"),
                                    "the server stopped while this was running"));
        }
    }
}
