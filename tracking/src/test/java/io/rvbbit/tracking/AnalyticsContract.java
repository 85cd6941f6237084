package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two users, three calls, one of them failed and unpaid, and an answer from the cache. */
abstract class AnalyticsContract {
    private static final Instant MORNING = Instant.parse("2026-11-22T10:00:00Z");

    private Books books;

    /** Empty books. */
    abstract Books empty(Path directory);

    /** After the books are closed. */
    abstract void drop() throws Exception;

    @BeforeEach
    void tell(@TempDir Path directory) {
        books = empty(directory);
        Story ann = new Story(books, "sql-clever-fox-abc123", MORNING);
        ann.statement("q1", "ann");
        ann.row("udf-merry-owl-abc124", 0, Story.usage(10, 5, "0.25"));
        ann.session("udf-merry-owl-abc125", 1, "{}");
        ann.attempt("udf-merry-owl-abc125", "extract", "req-1", 1);
        ann.attemptEnds("udf-merry-owl-abc125", "extract", "req-1", 1, null, "{\"class\":\"x\"}");
        books.record(
                new Event.AnswerServed(
                        new CallerId("sql-clever-fox-abc123"),
                        "extract_brand",
                        "",
                        "hash",
                        2,
                        "",
                        "udf-merry-owl-abc124",
                        "gpt-x",
                        MORNING,
                        10,
                        5,
                        "0.125",
                        MORNING));
        ann.statementEnds(3, Story.usage(10, 5, "0.25"));
        Story bob = new Story(books, "sql-clever-fox-abc129", MORNING.plusSeconds(7_200));
        bob.statement("q1", "bob");
        bob.row("udf-merry-owl-abc130", 0, Story.usage(1, 2, "0.5"));
        bob.statementEnds(1, Story.usage(1, 2, "0.5"));
    }

    @AfterEach
    void close() throws Exception {
        books.close();
        drop();
    }

    private List<String> read(String table, String... columns) {
        return CallBooks.rows(books.scan(table, List.of(columns)));
    }

    @Test
    void spending_is_told_by_hour_and_by_day() {
        assertThat(read("spend_by_hour", "user_name", "hour_at", "calls", "cost", "uncosted"))
                .containsExactly(
                        "ann 2026-11-22T10:00:00Z 2 0.25 1", "bob 2026-11-22T12:00:00Z 1 0.5 0");
        assertThat(read("spend_by_day", "user_name", "day_at", "tokens_in", "tokens_out", "cost"))
                .containsExactly(
                        "ann 2026-11-22T00:00:00Z 10 5 0.25", "bob 2026-11-22T00:00:00Z 1 2 0.5");
    }

    @Test
    void costs_are_told_by_cascade_model_and_statement() {
        assertThat(
                        read(
                                "cost_by_cascade",
                                "user_name",
                                "cascade_id",
                                "cell_name",
                                "calls",
                                "failed_calls",
                                "cost",
                                "average_ms",
                                "p95_ms"))
                .containsExactly(
                        "ann extract_brand extract 2 1 0.25 40 40",
                        "bob extract_brand extract 1 0 0.5 40 40");
        assertThat(read("cost_by_model", "user_name", "provider", "model", "calls", "cost"))
                .containsExactly("ann stub gpt-x 2 0.25", "bob stub gpt-x 1 0.5");
        assertThat(
                        read(
                                "cost_by_statement",
                                "user_name",
                                "newest_query",
                                "runs",
                                "failed_runs",
                                "cost",
                                "dearest_run",
                                "slowest_ms"))
                .containsExactly("ann q1 1 0 0.25 0.25 1500", "bob q1 1 0 0.5 0.5 1500");
    }

    @Test
    void failures_are_rated() {
        assertThat(
                        read(
                                "failure_rates",
                                "user_name",
                                "calls",
                                "failed_calls",
                                "uncosted",
                                "failure_rate"))
                .containsExactly("ann 2 1 1 0.5", "bob 1 0 0 0");
    }

    @Test
    void the_cache_has_saved_what_the_answer_had_cost() {
        assertThat(
                        read(
                                "cache_savings",
                                "user_name",
                                "cache_hits",
                                "saved_tokens_in",
                                "saved_cost",
                                "paid_cost",
                                "virtual_cost"))
                .containsExactly("ann 1 10 0.125 0.25 0.375", "bob 0 0 0 0.5 0.5");
    }

    @Test
    void a_user_reads_his_own_sums() {
        for (BookReader.BookTable table : AnalyticsTables.ALL) {
            assertThat(CallBooks.rows(books.scanOwn(table.name(), List.of("user_name"), "bob")))
                    .as(table.name())
                    .containsExactly("bob");
        }
    }
}
