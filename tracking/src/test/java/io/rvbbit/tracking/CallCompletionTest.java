package io.rvbbit.tracking;

import static io.rvbbit.tracking.CallBooks.NOON;
import static io.rvbbit.tracking.CallBooks.end;
import static io.rvbbit.tracking.CallBooks.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallCompletionTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String CALLS =
            "SELECT id, status, completion_source, coalesce(cost::VARCHAR, '-') FROM calls_complete ORDER BY id";

    @TempDir Path directory;
    private CallBooks books;

    @BeforeEach
    void open() throws Exception {
        books = new CallBooks(directory.resolve("books.duckdb"));
    }

    @AfterEach
    void close() {
        books.close();
    }

    private static Instant after(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    private void step(Instant now) throws SQLException {
        assertThat(books.calls.complete(now, TIMEOUT, 0).more()).isFalse();
    }

    private List<String> state(String columns) throws SQLException {
        return books.rows("SELECT " + columns + " FROM completion");
    }

    @Test
    void a_start_and_an_end_that_come_together_are_a_call_at_once() throws Exception {
        books.store(start("a", after(1)), end("a", after(3)));

        step(after(4));

        assertThat(
                        books.rows(
                                "SELECT id, caller_id, session_id, project_id, cascade_id, cell_name, model_requested, model, provider, epoch_ms(ended_at) - epoch_ms(started_at), duration_ms, tokens_in, tokens_out, cost, status, exception, completion_source, epoch(created_at)::BIGINT FROM calls_complete"))
                .containsExactly(
                        "a sql-clever-fox-abc123 udf-merry-owl-abc124 default extract_brand extract gpt gpt-x stub 2000 2000 7 3 0.001000000000 completed  realtime "
                                + after(4).getEpochSecond());
        assertThat(
                        state(
                                "depth, open_starts, open_ends, matched, realtime, match_rate, latency_ms"))
                .containsExactly("0 0 0 1 1 1.000000000000 1000");
    }

    @Test
    void an_end_that_comes_first_waits_for_its_start() throws Exception {
        books.store(end("a", after(3)));
        step(after(4));
        assertThat(books.rows(CALLS)).isEmpty();
        assertThat(state("open_ends, lag_ms > 0")).containsExactly("1 true");

        books.store(start("a", after(1)));
        step(after(5));

        assertThat(books.rows(CALLS)).containsExactly("a completed worker 0.001000000000");
        assertThat(state("open_ends, lag_ms")).containsExactly("0 0");
    }

    @Test
    void duplicates_change_nothing() throws Exception {
        books.store(start("a", after(1)), start("a", after(1)), end("a", after(3)));
        books.store(end("a", after(3)), start("b", after(2)));
        step(after(4));
        books.store(start("b", after(2)), start("a", after(1)), end("a", after(3)));
        step(after(5));
        books.store(end("b", after(4)), end("b", after(4)));
        step(after(6));
        step(after(1_000));

        assertThat(books.rows(CALLS))
                .containsExactly(
                        "a completed realtime 0.001000000000", "b completed worker 0.001000000000");
        assertThat(state("matched, duplicates, open_starts, open_ends, starts_without_end"))
                .containsExactly("2 6 0 0 0");
    }

    /** Its call was whole long before, so that no stretch of time leads to it. */
    @Test
    void a_second_end_hours_later_is_a_duplicate_too() throws Exception {
        books.store(start("a", after(1)), end("a", after(3)));
        step(after(4));
        books.store(end("a", after(20_000)));
        step(after(20_001));
        step(after(20_400));

        assertThat(books.rows(CALLS)).containsExactly("a completed realtime 0.001000000000");
        assertThat(state("duplicates, ends_without_start")).containsExactly("1 0");
    }

    @Test
    void a_start_without_an_end_is_an_error_from_the_timeout_on() throws Exception {
        books.store(start("a", after(1)));
        step(after(2));
        step(after(300));
        assertThat(books.rows(CALLS)).isEmpty();
        assertThat(books.rows("SELECT request_id FROM uncosted")).isEmpty();

        step(after(301));

        assertThat(books.rows(CALLS)).containsExactly("a timeout worker -");
        assertThat(books.rows("SELECT duration_ms, exception LIKE '%\"timeout\"%' FROM calls"))
                .containsExactly("300000 true");
        assertThat(books.rows("SELECT request_id FROM uncosted")).containsExactly("a");
        assertThat(state("starts_without_end, match_rate = 0")).containsExactly("1 true");
    }

    @Test
    void an_end_after_the_timeout_takes_the_error_s_place() throws Exception {
        books.store(start("a", after(1)));
        step(after(400));
        books.store(end("a", after(500)));
        step(after(501));

        assertThat(books.rows(CALLS)).containsExactly("a completed worker 0.001000000000");
        assertThat(books.rows("SELECT request_id FROM uncosted")).isEmpty();
        assertThat(state("late, starts_without_end, matched")).containsExactly("1 0 1");
    }

    @Test
    void an_end_without_a_start_is_flagged_and_its_money_kept() throws Exception {
        books.store(end("a", after(3)));
        step(after(100));
        step(after(399));
        assertThat(books.rows(CALLS)).isEmpty();

        step(after(400));

        assertThat(books.rows(CALLS)).containsExactly("a no_start worker 0.001000000000");
        assertThat(
                        books.rows(
                                "SELECT epoch(started_at)::BIGINT, exception LIKE '%no_start%' FROM calls"))
                .containsExactly(after(1).getEpochSecond() + " true");

        books.store(start("a", after(1)));
        step(after(500));
        assertThat(books.rows(CALLS)).containsExactly("a completed worker 0.001000000000");
        assertThat(state("late, ends_without_start")).containsExactly("1 0");
    }

    @Test
    void what_stays_half_for_a_day_stays_flagged_for_good() throws Exception {
        books.store(start("a", after(1)), end("b", after(2)));
        step(after(3));
        step(after(400));
        step(after(90_000));
        books.store(end("a", after(90_001)));
        step(after(90_002));
        step(after(90_500));

        assertThat(books.rows(CALLS))
                .containsExactly("a timeout worker -", "b no_start worker 0.001000000000");
        assertThat(books.rows("SELECT count(*) FROM call_waiting")).containsExactly("0");
    }

    @Test
    void what_waits_outlives_the_process() throws Exception {
        books.store(start("a", after(1)), end("b", after(2)));
        step(after(3));
        books.store(end("a", after(4)));
        books.close();
        books = new CallBooks(directory.resolve("books.duckdb"));

        books.store(start("b", after(1)));
        step(after(5));

        assertThat(books.rows(CALLS))
                .containsExactly(
                        "a completed worker 0.001000000000", "b completed worker 0.001000000000");
    }

    /** The last table that a step writes is missing, as if the process ended there. */
    @Test
    void a_step_that_ends_halfway_has_done_nothing_and_is_repeated_whole() throws Exception {
        books.store(start("a", after(1)), end("b", after(2)));
        step(after(3));
        books.store(end("a", after(4)), start("b", after(1)), start("c", after(2)));
        books.rows("ALTER TABLE completion_state RENAME COLUMN errors TO lost");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> books.calls.complete(after(5), TIMEOUT, 0))
                    .isInstanceOf(SQLException.class);
            assertThat(books.rows(CALLS)).isEmpty();
            assertThat(books.rows("SELECT id FROM call_waiting ORDER BY id"))
                    .containsExactly("a", "b");
        }
        books.rows("ALTER TABLE completion_state RENAME COLUMN lost TO errors");

        books.calls.complete(after(6), TIMEOUT, 2);

        assertThat(books.rows(CALLS))
                .containsExactly(
                        "a completed worker 0.001000000000", "b completed worker 0.001000000000");
        assertThat(state("errors, matched, duplicates, open_starts")).containsExactly("2 2 0 1");
    }

    @Test
    void a_clock_that_steps_back_loses_no_call() throws Exception {
        books.store(start("a", after(10)), start("b", after(11)));
        step(after(12));
        books.store(end("a", after(-500)), start("c", after(-499)));
        books.store(end("b", after(-490)), end("c", after(-480)));
        step(after(-470));

        assertThat(books.rows("SELECT id FROM calls_complete ORDER BY id"))
                .containsExactly("a", "b", "c");
        assertThat(state("matched, duplicates")).containsExactly("3 0");
    }

    @Test
    void calls_are_merged_of_whole_ones_and_of_parts() throws Exception {
        books.store(start("a", after(1)), end("a", after(3)));
        step(after(4));
        books.store(start("b", after(5)), end("b", after(6), null), start("c", after(7)));

        assertThat(
                        books.rows(
                                "SELECT id, status, completion_source, ended_at IS NULL, project_id FROM calls_merged ORDER BY id"))
                .containsExactly(
                        "a completed realtime false default",
                        "b uncosted  false default",
                        "c running  true default");
    }

    @Test
    void any_order_with_duplicates_and_orphans_matches_every_pair() throws Exception {
        int pairs = 2_000;
        List<Event> parts = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            Event start = start("r" + i, NOON.plusMillis(i));
            Event end = end("r" + i, NOON.plusMillis(i + 40));
            if (i % 100 != 3) {
                parts.add(start);
            }
            if (i % 100 != 7) {
                parts.add(end);
            }
            if (i % 20 == 0) {
                parts.add(start);
                parts.add(end);
            }
        }
        Collections.shuffle(parts, new Random(11));
        for (int from = 0; from < parts.size(); from += 300) {
            books.store(parts.subList(from, Math.min(parts.size(), from + 300)));
            if (from % 900 == 0) {
                step(after(10 + from / 100));
            }
        }
        step(after(200));
        step(after(10_000));

        assertThat(books.rows("SELECT count(*), count(DISTINCT id) FROM calls_complete"))
                .containsExactly("2000 2000");
        assertThat(
                        books.rows(
                                "SELECT status, count(*), sum(cost) FROM calls_complete GROUP BY 1 ORDER BY 1"))
                .containsExactly(
                        "completed 1960 1.960000000000",
                        "no_start 20 0.020000000000",
                        "timeout 20 null");
        assertThat(state("matched, duplicates, starts_without_end, ends_without_start, match_rate"))
                .containsExactly("1960 200 20 20 0.980000000000");
        assertThat(books.rows("SELECT count(*), count(DISTINCT id), sum(cost) FROM calls_merged"))
                .containsExactly("2000 2000 1.980000000000");
    }
}
