package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path directory;

    private Books open(RetentionPolicy policy) {
        return Books.open(
                directory.resolve("books.duckdb"),
                Clock.fixed(NOW, ZoneOffset.UTC),
                BookOptions.DEFAULT.with(policy));
    }

    private static RetentionPolicy policy(Map<RetainedTable, Integer> days, @Nullable Path export) {
        return new RetentionPolicy(true, days, Optional.ofNullable(export), Duration.ofDays(1));
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(days, ChronoUnit.DAYS);
    }

    private static String caller(String name) {
        return "sql-clever-fox-" + name + "123";
    }

    /** A statement with two rows, of a caller of its own. */
    private static void tell(Books books, String name, Instant at) {
        Story story = begin(books, name, at);
        story.statementEnds(2, Story.usage(2, 4, "0.75"));
    }

    private static Story begin(Books books, String name, Instant at) {
        Story story = new Story(books, caller(name), at);
        story.statement("q", name);
        story.row("udf-merry-owl-" + name + "1", 0, Story.usage(1, 2, "0.5"));
        story.row("udf-merry-owl-" + name + "2", 1, Story.usage(1, 2, "0.25"));
        return story;
    }

    private static List<String> read(BookReader books, String table, String... columns) {
        try (Scan scan = books.scan(table, List.of(columns))) {
            List<String> rows = new ArrayList<>();
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(String.join(" ", Arrays.stream(row).map(Objects::toString).toList()));
            }
            rows.sort(null);
            return rows;
        }
    }

    private static List<String> callers(Books books, String table) {
        return read(books, table, "caller_id").stream().distinct().toList();
    }

    private static List<String> exported(Path file, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                query.formatted("'" + file.toString().replace("'", "''") + "'"))) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
            return found;
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @Test
    void each_table_is_kept_for_its_own_time_and_statements_that_run_keep_everything() {
        RetentionPolicy policy =
                policy(
                        Map.of(
                                RetainedTable.UNIFIED_LOGS, 30,
                                RetainedTable.SESSION_STATE, 60,
                                RetainedTable.CALLS_COMPLETE, 10,
                                RetainedTable.BODIES, 0),
                        null);
        try (Books books = open(policy)) {
            tell(books, "ann", daysAgo(90));
            tell(books, "bob", daysAgo(45));
            tell(books, "cid", daysAgo(20));
            Story running = begin(books, "dot", daysAgo(90));
            List<String> all =
                    Stream.of("ann", "bob", "cid", "dot").map(RetentionTest::caller).toList();
            assertThat(callers(books, "unified_logs")).isEqualTo(all);
            assertThat(callers(books, "calls_complete")).isEqualTo(all);

            assertThat(books.retain()).isPositive();

            assertThat(callers(books, "unified_logs"))
                    .containsExactly(caller("cid"), caller("dot"));
            assertThat(callers(books, "call_parts")).containsExactly(caller("cid"), caller("dot"));
            assertThat(callers(books, "session_state"))
                    .containsExactly(caller("bob"), caller("cid"), caller("dot"));
            assertThat(callers(books, "calls_complete")).containsExactly(caller("dot"));
            assertThat(read(books, "sql_query_log", "caller_id", "total_cost", "status"))
                    .containsExactly(
                            caller("ann") + " 0.750000000000 completed",
                            caller("bob") + " 0.750000000000 completed",
                            caller("cid") + " 0.750000000000 completed",
                            caller("dot") + " null running");
            assertThat(books.retain()).isZero();

            running.statementEnds(2, Story.usage(2, 4, "0.75"));
            assertThat(books.retain()).isPositive();
            assertThat(callers(books, "unified_logs")).containsExactly(caller("cid"));
            assertThat(read(books, "retention", "table_name", "days", "last_run_at", "last_error"))
                    .contains("unified_logs 30 " + NOW + " ", "sql_query_log 0 null ");
        }
    }

    @Test
    void bodies_go_and_their_rows_stay() {
        try (Books books = open(RetentionPolicy.DEFAULT)) {
            tell(books, "ann", daysAgo(100));
            tell(books, "bob", daysAgo(80));
            int events = read(books, "unified_logs").size();
            List<String> costs = read(books, "unified_logs", "message_id", "attempt_cost");
            long bodies = bodies(books, "ann");
            assertThat(bodies).isPositive().isEqualTo(bodies(books, "bob"));

            assertThat(books.retain()).isEqualTo(bodies);

            assertThat(bodies(books, "ann")).isZero();
            assertThat(bodies(books, "bob")).isEqualTo(bodies);
            assertThat(read(books, "unified_logs")).hasSize(events);
            assertThat(read(books, "unified_logs", "message_id", "attempt_cost")).isEqualTo(costs);
        }
    }

    private static long bodies(Books books, String name) {
        return read(books, "unified_logs", "caller_id", "full_request_json", "full_response_json")
                .stream()
                .filter(row -> row.startsWith(caller(name)) && !row.isBlank() && row.contains("{"))
                .count();
    }

    @Test
    void what_goes_is_in_parquet_files_before_day_by_day() throws Exception {
        Path exports = directory.resolve("an 'archive'");
        try (Books books =
                open(
                        policy(
                                Map.of(RetainedTable.UNIFIED_LOGS, 30, RetainedTable.BODIES, 0),
                                exports))) {
            tell(books, "ann", Instant.parse("2026-08-01T10:00:00Z"));
            tell(books, "bob", Instant.parse("2026-08-02T10:00:00Z"));
            tell(books, "cid", daysAgo(1));
            List<String> before = read(books, "unified_logs", "message_id");
            Path folder = Files.createDirectories(exports.resolve("unified_logs"));
            Files.writeString(folder.resolve("2026-08-02.parquet"), "of an earlier run");
            Files.writeString(folder.resolve(".2026-08-01.part"), "of one that was killed");

            long removed = books.retain();

            assertThat(names(folder))
                    .containsExactly(
                            "2026-08-01.parquet", "2026-08-02.2.parquet", "2026-08-02.parquet");
            List<String> after = read(books, "unified_logs", "message_id");
            String query =
                    "SELECT message_id::VARCHAR FROM %s WHERE length(invocation_metadata_json) > 2";
            List<String> all = new ArrayList<>(after);
            all.addAll(exported(folder.resolve("2026-08-01.parquet"), query));
            all.addAll(exported(folder.resolve("2026-08-02.2.parquet"), query));
            assertThat(all).containsExactlyInAnyOrderElementsOf(before);
            assertThat(removed).isEqualTo(before.size() - after.size());
        }
    }

    @Test
    void nothing_goes_that_cannot_be_exported() throws Exception {
        Path exports = Files.createFile(directory.resolve("no-directory"));
        try (Books books = open(policy(Map.of(RetainedTable.UNIFIED_LOGS, 30), exports))) {
            tell(books, "ann", daysAgo(40));
            int events = read(books, "unified_logs").size();

            assertThatThrownBy(books::retain).isInstanceOf(BooksUnavailable.class);

            assertThat(read(books, "unified_logs")).hasSize(events);
            assertThat(read(books, "retention", "table_name", "removed_rows", "last_error"))
                    .anyMatch(row ->
                            row.startsWith("unified_logs 0 ") && row.contains("no-directory"));
        }
    }

    @Test
    void a_reader_that_has_begun_sees_what_was_there() {
        try (Books books = open(policy(Map.of(RetainedTable.UNIFIED_LOGS, 30), null))) {
            for (int i = 0; i < 300; i++) {
                tell(books, "ann" + (100 + i), daysAgo(40));
            }
            int events = read(books, "unified_logs").size();
            try (Scan scan = books.scan("unified_logs", List.of("message_id"))) {
                assertThat(scan.next()).isNotNull();
                assertThat(books.retain()).isEqualTo(events);
                int seen = 1;
                while (scan.next() != null) {
                    seen++;
                }
                assertThat(seen).isEqualTo(events);
            }
            assertThat(read(books, "unified_logs")).isEmpty();
        }
    }

    @Test
    void what_is_written_meanwhile_is_neither_lost_nor_held_up() throws InterruptedException {
        try (Books books = open(policy(Map.of(RetainedTable.UNIFIED_LOGS, 30), null))) {
            for (int i = 0; i < 200; i++) {
                tell(books, "ann" + (100 + i), daysAgo(31 + i % 50));
            }
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 200; i++) {
                                    tell(books, "bob" + (100 + i), daysAgo(1));
                                }
                            });
            long removed = books.retain();
            writer.join();

            assertThat(removed).isPositive();
            assertThat(callers(books, "unified_logs"))
                    .hasSize(200)
                    .allMatch(caller -> caller.startsWith("sql-clever-fox-bob"));
            assertThat(callers(books, "sql_query_log")).hasSize(400);
        }
    }
}
