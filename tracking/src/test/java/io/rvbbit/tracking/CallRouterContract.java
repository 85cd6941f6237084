package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of {@code calls} gets is the same by whichever way, in every store. */
abstract class CallRouterContract {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<String> COLUMNS =
            List.of("id", "status", "project_id", "cost", "started_at", "ended_at");

    @TempDir Path directory;

    /** The test's books, as {@code now} is. */
    abstract Books open(CompletionPolicy policy, Clock now);

    /** Between two processes: the calls that are whole are gone. */
    abstract void forgetWhole() throws SQLException;

    /** Between two processes: the worker began then. */
    abstract void begin(Instant at) throws SQLException;

    private Books open(CompletionPolicy policy, Instant now) {
        return open(policy, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static CompletionPolicy policy(
            boolean worker, boolean dual, @Nullable LocalDate cutover) {
        return new CompletionPolicy(
                worker,
                dual,
                Duration.ofMinutes(5),
                100,
                Duration.ofSeconds(5),
                Optional.ofNullable(cutover),
                10_000);
    }

    /** Two whole calls and one that runs, of a caller of its own. */
    private static void tell(Books books, String name, Instant at) {
        Story story = new Story(books, "sql-clever-fox-" + name + "123", at);
        story.statement("q", name);
        story.row("udf-merry-owl-" + name + "1", 0, Story.usage(1, 2, "0.5"));
        story.row("udf-merry-owl-" + name + "2", 1, Story.usage(1, 2, "0.25"));
        story.session("udf-merry-owl-" + name + "3", 2, "{}");
        story.attempt("udf-merry-owl-" + name + "3", "extract", "req-" + name + "3", 1);
    }

    private static List<String> read(BookReader books, String table, List<String> columns) {
        return CallBooks.rows(books.scan(table, columns));
    }

    @Test
    void the_new_table_is_read_since_the_cut_over_and_says_the_same() {
        try (Books books = open(policy(true, true, DAY), NOON)) {
            tell(books, "ann", NOON.minusSeconds(100));
            // The day before the cut-over is merged, also of what is whole already.
            tell(books, "bob", NOON.minusSeconds(86_400));

            List<String> routed = read(books, "calls", COLUMNS);

            assertThat(routed).hasSize(6).isEqualTo(read(books, "calls_merged", COLUMNS));
            assertThat(read(books, "calls_complete", List.of("id", "completion_source")))
                    .containsExactly(
                            "req-bob3 worker",
                            "req-udf-merry-owl-ann1 realtime",
                            "req-udf-merry-owl-ann2 realtime",
                            "req-udf-merry-owl-bob1 realtime",
                            "req-udf-merry-owl-bob2 realtime");
        }
    }

    /** What only the worker's tables have tells which of both ways a read went. */
    @Test
    void a_read_goes_to_the_worker_s_calls_only_where_they_are_complete() throws Exception {
        try (Books books = open(policy(true, true, null), NOON)) {
            tell(books, "ann", NOON.minusSeconds(100));
            assertThat(read(books, "calls_complete", List.of("id"))).hasSize(2);
        }
        forgetWhole();

        try (Books books = open(policy(true, true, DAY), NOON)) {
            assertThat(read(books, "calls", List.of("id"))).as("its calls").hasSize(1);
        }
        try (Books books = open(policy(true, true, DAY.plusDays(1)), NOON)) {
            assertThat(read(books, "calls", List.of("id"))).as("before the cut-over").hasSize(3);
        }
        try (Books books = open(policy(false, true, DAY), NOON)) {
            assertThat(read(books, "calls", List.of("id"))).as("the worker is off").hasSize(3);
        }
        begin(NOON.minusSeconds(3_600));
        try (Books books = open(policy(true, true, DAY), NOON)) {
            assertThat(read(books, "calls", List.of("id"))).as("not complete").hasSize(3);

            assertThat(books.backfill(DAY, DAY)).isEqualTo(1);
            awaitBackfill(books);
            assertThat(read(books, "calls", List.of("id"))).as("backfilled").hasSize(1);
        }
    }

    private static void awaitBackfill(Books books) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!read(books, "backfill_progress", List.of("status")).equals(List.of("completed"))) {
            assertThat(System.nanoTime()).isLessThan(until);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void without_the_worker_nothing_is_completed_and_nothing_is_lost() {
        try (Books books = open(policy(false, true, DAY), NOON)) {
            tell(books, "ann", NOON.minusSeconds(100));
            assertThat(read(books, "calls_complete", List.of("id"))).isEmpty();
            assertThat(read(books, "calls", List.of("id"))).hasSize(3);
            assertThat(read(books, "completion", List.of("depth"))).containsExactly("5");
        }
        try (Books books = open(policy(true, true, DAY), NOON)) {
            assertThat(read(books, "calls_complete", List.of("id", "status")))
                    .containsExactly(
                            "req-ann3 uncosted",
                            "req-udf-merry-owl-ann1 completed",
                            "req-udf-merry-owl-ann2 completed");
            assertThat(read(books, "calls", COLUMNS))
                    .isEqualTo(read(books, "calls_merged", COLUMNS));
        }
    }

    @Test
    void without_dual_writing_the_backfill_makes_up_for_the_time() {
        try (Books books = open(policy(true, true, DAY), NOON)) {
            tell(books, "ann", NOON.minusSeconds(100));
            assertThat(read(books, "calls_complete", List.of("id"))).hasSize(2);
        }
        try (Books books = open(policy(true, false, DAY), NOON)) {
            tell(books, "bob", NOON.minusSeconds(50));
            assertThat(read(books, "calls", List.of("id"))).hasSize(6);
            assertThat(read(books, "calls_complete", List.of("id"))).hasSize(2);
        }
        try (Books books = open(policy(true, true, DAY), NOON.plusSeconds(600))) {
            assertThat(read(books, "calls", COLUMNS)).hasSize(6);
            books.backfill(DAY, DAY);
            awaitBackfill(books);

            assertThat(read(books, "calls", COLUMNS))
                    .hasSize(6)
                    .isEqualTo(read(books, "calls_merged", COLUMNS));
            assertThat(read(books, "calls_complete", List.of("id"))).hasSize(6);
        }
    }

    @Test
    void a_user_reads_the_calls_of_his_own_statements_alone() {
        try (Books books = open(policy(true, true, DAY), NOON)) {
            tell(books, "ann", NOON.minusSeconds(100));
            tell(books, "bob", NOON.minusSeconds(86_400));
            for (String table : List.of("calls", "calls_complete", "calls_merged", "call_parts")) {
                assertThat(
                                CallBooks.rows(
                                        books.scanOwn(
                                                table, List.of("caller_id", "project_id"), "bob")))
                        .as(table)
                        .isNotEmpty()
                        .containsOnly("sql-clever-fox-bob123 default");
            }
            for (String table : List.of("completion", "backfill_progress")) {
                books.backfill(DAY, DAY);
                assertThat(CallBooks.rows(books.scanOwn(table, List.of("updated_at"), "bob")))
                        .as(table)
                        .isEmpty();
            }
        }
    }
}
