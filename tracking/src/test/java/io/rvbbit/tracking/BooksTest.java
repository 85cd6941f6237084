package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.BookReader.Scan;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BooksTest {
    private static final String CALLER = "sql-clever-fox-abc123";

    @TempDir Path directory;
    private Books books;

    @BeforeEach
    void open() {
        books = reopened();
    }

    @AfterEach
    void close() {
        books.close();
    }

    private Books reopened() {
        return Books.open(
                directory.resolve("books.duckdb"),
                Clock.fixed(Story.START.plusSeconds(60), ZoneOffset.UTC));
    }

    private List<List<Object>> rows(String table, String... columns) {
        try (Scan scan = books.scan(table, List.of(columns))) {
            return all(scan);
        }
    }

    private static List<List<Object>> all(Scan scan) {
        List<List<Object>> rows = new ArrayList<>();
        for (var row = scan.next(); row != null; row = scan.next()) {
            rows.add(Arrays.asList(row));
        }
        return rows;
    }

    @Test
    void a_statement_that_is_resumed_keeps_its_one_row() {
        var story = new Story(books, CALLER);
        story.statement("q");
        story.statementEnds(3, Usage.NONE);
        assertThat(rows("sql_query_log", "status", "attempts"))
                .containsExactly(List.of("completed", 1));
        books.close();
        books = reopened();

        var again = new Story(books, CALLER);
        again.statement("q", "ada", 2);
        assertThat(rows("sql_query_log", "status", "attempts"))
                .containsExactly(List.of("running", 2));
        again.statementEnds(5, Usage.NONE);
        again.statement("q", "ada", 3);
        again.statementEnds(7, Usage.NONE);
        assertThat(rows("sql_query_log", "status", "attempts", "rows_output"))
                .containsExactly(List.of("completed", 3, 7L));
    }

    @Test
    void a_reader_sees_what_was_recorded_just_before() {
        var story = new Story(books, CALLER);
        story.statement("q");
        for (int i = 0; i < 50; i++) {
            story.row("udf-merry-owl-" + (100_000 + i), i, Usage.NONE);
            assertThat(rows("cascade_sessions")).hasSize(i + 1);
        }
        assertThat(books.metrics().stored()).isEqualTo(301);
        assertThat(books.metrics().depth()).isZero();
        assertThat(books.metrics().failures()).isZero();
    }

    @Test
    void a_clock_that_steps_neither_loses_nor_doubles_nor_disorders_anything() {
        long[] steps = {0, -3_600, 86_400 * 40, -86_400 * 365, 1, 0};
        for (int i = 0; i < steps.length; i++) {
            Story story =
                    new Story(
                            books,
                            "sql-clever-fox-" + i + "bc123",
                            Story.START.plusSeconds(steps[i]));
            story.statement("q");
            story.row("udf-merry-owl-" + i + "bc124", 0, Story.usage(1, 2, "0.5"));
            story.statementEnds(1, Story.usage(1, 2, "0.5"));
            if (i == 2) {
                books.close();
                books = reopened();
            }
        }

        List<List<Object>> events =
                rows("unified_logs", "message_id", "caller_id", "event_type", "attempt_cost");
        assertThat(events).hasSize(6 * steps.length);
        assertThat(events.stream().map(List::getFirst).distinct()).hasSize(6 * steps.length);
        // Ids tell the order in which things happened, whatever the clock said.
        assertThat(
                        events.stream()
                                .sorted(Comparator.comparing(row -> row.getFirst().toString()))
                                .map(row -> row.get(1) + " " + row.get(2)))
                .containsExactlyElementsOf(
                        IntStream.range(0, steps.length)
                                .boxed()
                                .flatMap(i ->
                                        Stream.of(
                                                        "cascade_start",
                                                        "phase_start",
                                                        "turn_start",
                                                        "turn_complete",
                                                        "phase_complete",
                                                        "cascade_complete")
                                                .map(type ->
                                                        "sql-clever-fox-" + i + "bc123 " + type))
                                .toList());
        assertThat(rows("sql_query_log", "caller_id", "status", "total_cost"))
                .hasSize(steps.length)
                .allMatch(row ->
                        row.subList(1, 3)
                                .equals(List.of("completed", new BigDecimal("0.500000000000"))));
        assertThat(rows("session_state", "status"))
                .hasSize(6)
                .allMatch(row -> row.equals(List.of("completed")));
        assertThat(rows("calls_complete", "status", "cost"))
                .hasSize(6)
                .allMatch(
                        row -> row.equals(List.of("completed", new BigDecimal("0.500000000000"))));
    }

    @Test
    void every_table_can_be_read_with_all_its_columns() {
        var story = new Story(books, CALLER);
        story.statement("q");
        story.row("udf-merry-owl-abc124", 0, Story.usage(1, 2, "0.000000000001"));

        for (var table : books.tables()) {
            String[] columns =
                    table.columns().stream()
                            .map(BookReader.BookColumn::name)
                            .toArray(String[]::new);
            assertThat(rows(table.name(), columns))
                    .as(table.name())
                    .allSatisfy(row -> assertThat(row).hasSameSizeAs(columns))
                    .hasSameSizeAs(rows(table.name()));
        }
    }

    @Test
    void values_come_back_as_they_were_recorded() {
        var story = new Story(books, CALLER);
        story.statement("q \u0000 😀");
        story.row("udf-merry-owl-abc124", 7, Story.usage(11, 2, "0.000000000001"));
        story.statementEnds(1, Story.usage(11, 2, "0.000000000001"));

        assertThat(
                        rows(
                                "sql_query_log",
                                "caller_id",
                                "query_raw",
                                "status",
                                "rows_input",
                                "total_cost",
                                "started_at",
                                "truncated",
                                "attempts"))
                .containsExactly(
                        List.of(
                                CALLER,
                                "q \u0000 😀",
                                "completed",
                                1L,
                                new BigDecimal("0.000000000001"),
                                Story.START,
                                false,
                                1));
        assertThat(rows("session_state", "session_id", "status", "current_cell", "completed_at"))
                .containsExactly(
                        List.of(
                                "udf-merry-owl-abc124",
                                "completed",
                                "extract",
                                Story.START.plusMillis(100)));
        assertThat(
                        rows(
                                "cascade_sessions",
                                "cascade_definition",
                                "input_data",
                                "output",
                                "config_path",
                                "invocation_metadata_json"))
                .containsExactly(
                        List.of(
                                "cascade_id: extract_brand",
                                "{\"product_name\":\"iPhone\"}",
                                "Apple",
                                "traits/extract_brand.yaml",
                                Story.metadata("q \u0000 😀")));
    }

    @Test
    void a_running_statement_and_its_sessions_have_one_row_each_that_changes() {
        var story = new Story(books, CALLER);
        story.statement("q");
        story.session("udf-merry-owl-abc124", 0, "{}");
        assertThat(rows("sql_query_log", "status", "total_cost"))
                .containsExactly(Arrays.asList("running", null));
        assertThat(rows("session_state", "status")).containsExactly(List.of("starting"));

        story.cell("udf-merry-owl-abc124", "extract");
        assertThat(rows("session_state", "status", "current_cell"))
                .containsExactly(List.of("running", "extract"));

        story.sessionEnds("udf-merry-owl-abc124", Event.SessionStatus.COMPLETED, "x", "");
        story.statementEnds(1, Usage.NONE);
        assertThat(rows("session_state", "status")).containsExactly(List.of("completed"));
        assertThat(rows("sql_query_log", "status")).containsExactly(List.of("completed"));
        assertThat(rows("cascade_sessions", "output")).containsExactly(List.of("x"));
    }

    @Test
    void sixteen_clients_get_no_row_and_no_cent_of_each_other() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            List<Future<?>> done = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                int number = client;
                done.add(clients.submit(() -> tell(number)));
            }
            for (Future<?> future : done) {
                future.get();
            }
        }

        List<List<Object>> rows =
                rows("all_data", "caller_id", "session_id", "invocation_metadata_json", "cost");

        assertThat(rows).hasSize(16 * 200 * 6);
        for (int client = 0; client < 16; client++) {
            String caller = caller(client);
            BigDecimal sum = BigDecimal.ZERO;
            for (List<Object> row : rows) {
                if (row.get(0).equals(caller)) {
                    assertThat((String) row.get(1)).startsWith("udf-calm-bee-c" + client + "x");
                    assertThat(row.get(2)).isEqualTo(Story.metadata("query of " + client));
                    sum = row.get(3) instanceof BigDecimal cost ? sum.add(cost) : sum;
                }
            }
            assertThat(sum)
                    .isEqualTo(new BigDecimal("0.000001000001").multiply(number(200 * client)));
        }
    }

    private void tell(int client) {
        var story = new Story(books, caller(client));
        story.statement("query of " + client);
        for (int i = 0; i < 200; i++) {
            var cost = new BigDecimal("0.000001000001").multiply(number(client));
            story.row("udf-calm-bee-c" + client + "x" + i, i, new Usage(1, 1, cost));
        }
        story.statementEnds(200, Usage.NONE);
    }

    private static BigDecimal number(int value) {
        return BigDecimal.valueOf(value);
    }

    private static String caller(int client) {
        return "sql-calm-bee-" + (100_000 + client);
    }

    @Test
    void a_user_sees_only_what_belongs_to_own_statements() {
        for (String user : List.of("ada", "bob")) {
            var story = new Story(books, "sql-calm-bee-10000" + user.charAt(0));
            story.statement("q", user);
            story.session("udf-calm-bee-10000" + user.charAt(0), 0, "{}");
        }
        for (String table :
                List.of("all_data", "session_state", "cascade_sessions", "sql_query_log")) {
            try (Scan scan =
                    books.scanOwn(table, List.of("caller_id", "invocation_metadata_json"), "bob")) {
                assertThat(all(scan))
                        .as(table)
                        .containsExactly(List.of("sql-calm-bee-10000b", Story.metadata("q")));
            }
        }
        try (Scan scan = books.scanOwn("all_data", List.of(), "x' OR 'a' = 'a")) {
            assertThat(all(scan)).isEmpty();
        }
    }

    @Test
    void a_scan_keeps_its_snapshot_while_events_arrive() {
        var story = new Story(books, CALLER);
        story.statement("q");
        for (int i = 0; i < 10_000; i++) {
            story.session("udf-merry-owl-" + (100_000 + i), i, "{}");
        }
        try (Scan scan = books.scan("unified_logs", List.of("session_id", "source_row_index"))) {
            scan.next();
            story.row("udf-merry-owl-zzzzzz", 0, Usage.NONE);
            assertThat(rows("unified_logs")).hasSize(10_006);
            assertThat(all(scan)).hasSize(9_999);
        }
    }

    @Test
    void unknown_tables_and_columns_are_refused() {
        assertThatThrownBy(() -> books.scan("stored_position", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stored_position");
        assertThatThrownBy(() -> books.scan("all_data", List.of("x\" FROM range(9) --")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothing_is_gone_after_closing_and_opening() {
        var story = new Story(books, CALLER);
        story.statement("q");
        story.row("udf-merry-owl-abc124", 0, Story.usage(5, 5, "0.125"));
        story.statementEnds(1, Story.usage(5, 5, "0.125"));
        books.close();

        books = reopened();

        assertThat(rows("all_data")).hasSize(6);
        assertThat(rows("sql_query_log", "status")).containsExactly(List.of("completed"));
        new Story(books, "sql-calm-bee-100001").statement("q2");
        assertThat(rows("sql_query_log")).hasSize(2);
        assertThat(books.metrics().stored()).isEqualTo(9);
    }

    @Test
    void recording_into_closed_books_is_an_error() {
        books.close();

        assertThatThrownBy(() -> new Story(books, CALLER).statement("q"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
