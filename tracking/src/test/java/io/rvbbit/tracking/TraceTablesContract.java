package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the views say of a statement whose every moment is known. */
abstract class TraceTablesContract {
    private static final String CALLER = "sql-clever-fox-abc123";

    private final Instant minuteAgo = Instant.now().minusSeconds(60);

    @TempDir Path directory;
    private Books books;

    /** New books. */
    abstract Books empty(Path directory);

    /** After the books are closed. */
    void drop() throws SQLException {}

    @BeforeEach
    void open() {
        books = empty(directory);
    }

    @AfterEach
    void close() throws SQLException {
        books.close();
        drop();
    }

    private List<String> rows(String table, @Nullable String user, String... columns) {
        return rows(table, user, List.of(columns), List.of());
    }

    private List<String> rows(
            String table, @Nullable String user, List<String> wanted, List<Condition> conditions) {
        List<String> rows = new ArrayList<>();
        try (Scan scan = books.scan(table, wanted, Optional.ofNullable(user), conditions)) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(
                        Arrays.stream(row).map(String::valueOf).collect(Collectors.joining(" | ")));
            }
        }
        rows.sort(null);
        // When it came is not known.
        rows.removeIf(row -> table.equals("trace_waterfall") && row.contains("store_delivery"));
        return rows;
    }

    @Test
    void a_waterfall_says_where_the_time_went() {
        new TraceStory(books, CALLER, minuteAgo).waterfall();

        assertThat(
                        rows(
                                "trace_waterfall",
                                null,
                                "position",
                                "depth",
                                "operation",
                                "offset_ms",
                                "duration_ms",
                                "self_ms",
                                "gap_before_ms",
                                "share_of_total"))
                .containsExactly(
                        "1 | 0 | statement | 0 | 200 | 110 | 0 | 1.000000000000",
                        "2 | 1 | rewrite | 0 | 10 | 10 | 0 | 0.050000000000",
                        "3 | 1 | cascade extract_brand | 20 | 80 | 0 | 10 | 0.400000000000",
                        "4 | 2 | cell extract_brand.ask | 20 | 80 | 30 | 0 | 0.400000000000",
                        "5 | 3 | chat extract_brand.ask | 30 | 30 | 30 | 10 | 0.150000000000",
                        "6 | 1 | cascade extract_brand | 40 | 40 | 0 | 0 | 0.200000000000",
                        "7 | 2 | cell extract_brand.ask | 40 | 40 | 40 | 0 | 0.200000000000",
                        "8 | 3 | chat extract_brand.ask | 70 | 20 | 20 | 10 | 0.100000000000");
    }

    private List<String> waterfall(@Nullable String user, Condition... conditions) {
        List<String> columns =
                BookTables.table("trace_waterfall").columns().stream()
                        .map(BookColumn::name)
                        .toList();
        return rows("trace_waterfall", user, columns, List.of(conditions));
    }

    @Test
    void the_waterfall_of_a_caller_is_its_part_of_everybodys() {
        String other = "sql-calm-bee-def456";
        new TraceStory(books, CALLER, minuteAgo).anything(new Random(42));
        new TraceStory(books, other, minuteAgo).waterfall();
        List<String> both = waterfall(null);
        List<String> expected =
                both.stream().filter(row -> row.startsWith(CALLER + " | ")).toList();
        String trace = TraceContext.of(new CallerId(CALLER), true, false).traceId();

        assertThat(expected).hasSize(1 + 30 * 5);
        assertThat(waterfall(null, new Condition("caller_id", "=", List.of(CALLER))))
                .isEqualTo(expected);
        assertThat(waterfall(null, new Condition("trace_id", "=", List.of(trace))))
                .isEqualTo(expected);
        assertThat(waterfall("ada", new Condition("caller_id", "=", List.of(other, CALLER))))
                .isEqualTo(both);
        assertThat(waterfall("bob", new Condition("caller_id", "=", List.of(CALLER)))).isEmpty();
        assertThat(
                        rows(
                                "trace_waterfall",
                                null,
                                List.of("operation", "position"),
                                List.of(
                                        new Condition("caller_id", "=", List.of(other)),
                                        new Condition("depth", "=", List.of("0")))))
                .contains("statement | 1");
    }

    @Test
    void health_and_averages_count_each_users_spans() {
        new TraceStory(books, CALLER, minuteAgo).waterfall();

        assertThat(
                        rows(
                                "trace_spans_health",
                                "ada",
                                "user_name",
                                "traces",
                                "failed_spans",
                                "timed_out_spans"))
                .containsExactly("ada | 1 | 0 | 1");
        assertThat(
                        rows(
                                "trace_operations",
                                "ada",
                                "operation",
                                "model_id",
                                "spans",
                                "completed_spans",
                                "failed_spans",
                                "average_ms"))
                .contains(
                        "chat extract_brand.ask | gpt-x | 2 | 1 | 1 | 30",
                        "cascade extract_brand |  | 2 | 2 | 0 | 60");
        for (String table :
                List.of(
                        "trace_spans",
                        "trace_waterfall",
                        "trace_operations",
                        "trace_spans_health")) {
            assertThat(rows(table, "bob")).as(table).isEmpty();
        }
    }

    @Test
    void a_statement_that_ended_has_its_delivery_to_the_store_traced() throws Exception {
        var story = new TraceStory(books, CALLER, Instant.now());
        story.statement();
        story.statementEnds(Event.StatementStatus.COMPLETED, 5);

        List<String> operations = rows("trace_spans", null, "operation", "service");
        while (operations.size() < 2) {
            operations = rows("trace_spans", null, "operation", "service");
        }
        assertThat(operations).containsExactly("statement | gateway", "store_delivery | store");
    }
}
