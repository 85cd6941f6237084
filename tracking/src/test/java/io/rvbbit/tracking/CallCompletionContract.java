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
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How starts and ends become calls, in every store. */
abstract class CallCompletionContract {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private CallBooks books;

    /** Empty books. */
    abstract CallBooks empty(Path directory) throws Exception;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        books = empty(directory);
    }

    @AfterEach
    void close() throws Exception {
        books.close();
    }

    private List<String> calls() {
        return books.read("calls_complete", "id", "status", "completion_source", "cost");
    }

    private static Instant after(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    private void step(Instant now) throws SQLException {
        assertThat(books.calls.complete(now, TIMEOUT, 0).more()).isFalse();
    }

    private List<String> state(String... columns) {
        return books.read("completion", columns);
    }

    @Test
    void a_start_and_an_end_that_come_together_are_a_call_at_once() throws Exception {
        books.store(start("a", after(1)), end("a", after(3)));

        step(after(4));

        assertThat(
                        books.read(
                                "calls_complete",
                                BookTables.table("calls_complete").columns().stream()
                                        .map(BookReader.BookColumn::name)
                                        .toArray(String[]::new)))
                .containsExactly(
                        "a sql-clever-fox-abc123 udf-merry-owl-abc124 default extract_brand extract 1 1 gpt gpt-x stub "
                                + after(1)
                                + " "
                                + after(3)
                                + " 2000 7 3 0.001 completed  realtime "
                                + after(4));
        assertThat(
                        state(
                                "depth",
                                "open_starts",
                                "open_ends",
                                "matched",
                                "realtime",
                                "match_rate",
                                "latency_ms"))
                .containsExactly("0 0 0 1 1 1 1000");
    }

    @Test
    void an_end_that_comes_first_waits_for_its_start() throws Exception {
        books.store(end("a", after(3)));
        step(after(4));
        assertThat(calls()).isEmpty();
        assertThat(state("open_ends")).containsExactly("1");
        assertThat(state("lag_ms")).isNotEqualTo(List.of("0"));

        books.store(start("a", after(1)));
        step(after(5));

        assertThat(calls()).containsExactly("a completed worker 0.001");
        assertThat(state("open_ends", "lag_ms")).containsExactly("0 0");
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

        assertThat(calls())
                .containsExactly("a completed realtime 0.001", "b completed worker 0.001");
        assertThat(state("matched", "duplicates", "open_starts", "open_ends", "starts_without_end"))
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

        assertThat(calls()).containsExactly("a completed realtime 0.001");
        assertThat(state("duplicates", "ends_without_start")).containsExactly("1 0");
    }

    @Test
    void a_start_without_an_end_is_an_error_from_the_timeout_on() throws Exception {
        books.store(start("a", after(1)));
        step(after(2));
        step(after(300));
        assertThat(calls()).isEmpty();
        assertThat(books.read("uncosted", "request_id")).isEmpty();

        step(after(301));

        assertThat(calls()).containsExactly("a timeout worker null");
        assertThat(books.read("calls", "duration_ms", "status", "exception"))
                .containsExactly(
                        "300000 timeout {\"class\":\"timeout\",\"message\":\"no end of this call was recorded in time\"}");
        assertThat(books.read("uncosted", "request_id")).containsExactly("a");
        assertThat(state("starts_without_end", "match_rate")).containsExactly("1 0");
    }

    @Test
    void an_end_after_the_timeout_takes_the_error_s_place() throws Exception {
        books.store(start("a", after(1)));
        step(after(400));
        books.store(end("a", after(500)));
        step(after(501));

        assertThat(calls()).containsExactly("a completed worker 0.001");
        assertThat(books.read("uncosted", "request_id")).isEmpty();
        assertThat(state("late", "starts_without_end", "matched")).containsExactly("1 0 1");
    }

    @Test
    void an_end_without_a_start_is_flagged_and_its_money_kept() throws Exception {
        books.store(end("a", after(3)));
        step(after(100));
        step(after(399));
        assertThat(calls()).isEmpty();

        step(after(400));

        assertThat(calls()).containsExactly("a no_start worker 0.001");
        assertThat(books.read("calls", "started_at", "exception"))
                .containsExactly(
                        after(1)
                                + " {\"class\":\"no_start\",\"message\":\"no start of this call was recorded\"}");

        books.store(start("a", after(1)));
        step(after(500));
        assertThat(calls()).containsExactly("a completed worker 0.001");
        assertThat(state("late", "ends_without_start")).containsExactly("1 0");
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

        assertThat(calls()).containsExactly("a timeout worker null", "b no_start worker 0.001");
        assertThat(state("open_starts", "open_ends", "starts_without_end", "ends_without_start"))
                .containsExactly("0 0 1 1");
    }

    @Test
    void what_waits_outlives_the_process() throws Exception {
        books.store(start("a", after(1)), end("b", after(2)));
        step(after(3));
        books.store(end("a", after(4)));
        books = books.reopen();

        books.store(start("b", after(1)));
        step(after(5));

        assertThat(calls()).containsExactly("a completed worker 0.001", "b completed worker 0.001");
    }

    /** The last thing that a step writes is refused, as if the process ended there. */
    @Test
    void a_step_that_ends_halfway_has_done_nothing_and_is_repeated_whole() throws Exception {
        books.store(start("a", after(1)), end("b", after(2)));
        step(after(3));
        books.store(end("a", after(4)), start("b", after(1)), start("c", after(2)));
        books.breakSteps();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> books.calls.complete(after(5), TIMEOUT, 0))
                    .isInstanceOf(SQLException.class);
        }
        books.mendSteps();

        books.calls.complete(after(6), TIMEOUT, 2);

        assertThat(calls()).containsExactly("a completed worker 0.001", "b completed worker 0.001");
        assertThat(state("errors", "matched", "realtime", "duplicates", "open_starts", "open_ends"))
                .containsExactly("2 2 0 0 1 0");
    }

    @Test
    void a_clock_that_steps_back_loses_no_call() throws Exception {
        books.store(start("a", after(10)), start("b", after(11)));
        step(after(12));
        books.store(end("a", after(-500)), start("c", after(-499)));
        books.store(end("b", after(-490)), end("c", after(-480)));
        step(after(-470));

        assertThat(books.read("calls_complete", "id")).containsExactly("a", "b", "c");
        assertThat(state("matched", "duplicates")).containsExactly("3 0");
    }

    @Test
    void calls_are_merged_of_whole_ones_and_of_parts() throws Exception {
        books.store(start("a", after(1)), end("a", after(3)));
        step(after(4));
        books.store(start("b", after(5)), end("b", after(6), null), start("c", after(7)));

        assertThat(
                        books.read(
                                "calls_merged",
                                "id",
                                "status",
                                "completion_source",
                                "ended_at",
                                "project_id"))
                .containsExactly(
                        "a completed realtime " + after(3) + " default",
                        "b uncosted  " + after(6) + " default",
                        "c running  null default");
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

        List<String> complete = books.read("calls_complete", "id");
        assertThat(complete).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(
                        books.read("calls_complete", "status", "cost").stream()
                                .collect(Collectors.groupingBy(row -> row, Collectors.counting())))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "completed 0.001",
                                1_960L,
                                "no_start 0.001",
                                20L,
                                "timeout null",
                                20L));
        assertThat(
                        state(
                                "matched",
                                "duplicates",
                                "starts_without_end",
                                "ends_without_start",
                                "match_rate"))
                .containsExactly("1960 200 20 20 0.98");
        assertThat(books.read("calls_merged", "id")).isEqualTo(complete);
        assertThat(books.read("calls_merged", "cost").stream().filter("0.001"::equals))
                .hasSize(1_980);
    }
}
