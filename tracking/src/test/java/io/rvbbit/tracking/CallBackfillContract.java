package io.rvbbit.tracking;

import static io.rvbbit.tracking.CallBooks.end;
import static io.rvbbit.tracking.CallBooks.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.completion.CallStore.Slice;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Books, in every store, that have calls of three days from before there was a worker. */
abstract class CallBackfillContract {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 20);
    private static final LocalDate LAST = LocalDate.of(2026, 11, 22);
    private static final Instant NOW = Instant.parse("2026-11-22T18:00:00Z");

    private CallBooks books;

    /** Empty books. */
    abstract CallBooks empty(Path directory) throws Exception;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        books = empty(directory);
        for (int day = 20; day <= 22; day++) {
            Instant noon = Instant.parse("2026-11-" + day + "T12:00:00Z");
            books.store(start(day + "a", noon), end(day + "a", noon.plusSeconds(2)));
            books.store(start(day + "b", noon.plusSeconds(3)));
        }
        // Begins on one day and ends on the next.
        books.store(
                start("night", Instant.parse("2026-11-20T23:59:59Z")),
                end("night", Instant.parse("2026-11-21T00:00:01Z")));
        books.store(end("21c", Instant.parse("2026-11-21T08:00:00Z")));
        beforeTheWorker();
    }

    /** The worker began at NOW, and is told of nothing before. */
    private void beforeTheWorker() throws SQLException {
        books.forgetParts();
        books.begin(NOW);
    }

    @AfterEach
    void close() throws Exception {
        books.close();
    }

    private List<String> progress() {
        return books.read(
                "backfill_progress", "batch_date", "status", "processed_count", "error_count");
    }

    private Slice slice() throws SQLException {
        return books.calls.backfill(books.calls.nextDay().orElseThrow(), NOW, TIMEOUT);
    }

    private void all() throws SQLException {
        while (books.calls.nextDay().isPresent()) {
            slice();
        }
    }

    @Test
    void days_are_gone_through_from_the_newest_on() throws Exception {
        assertThat(books.calls.request(FIRST, LAST, NOW)).isEqualTo(3);
        assertThat(books.calls.nextDay()).contains(LAST);

        assertThat(slice()).isEqualTo(new Slice(2, true));

        assertThat(progress())
                .containsExactly(
                        "2026-11-20 pending 0 0",
                        "2026-11-21 pending 0 0",
                        "2026-11-22 completed 2 0");
        all();
        assertThat(progress())
                .containsExactly(
                        "2026-11-20 completed 3 0",
                        "2026-11-21 completed 3 0",
                        "2026-11-22 completed 2 0");
        assertThat(books.read("calls_complete", "id", "status", "cost", "completion_source"))
                .containsExactly(
                        "20a completed 0.001 backfill",
                        "20b timeout null backfill",
                        "21a completed 0.001 backfill",
                        "21b timeout null backfill",
                        "21c no_start 0.001 backfill",
                        "22a completed 0.001 backfill",
                        "22b timeout null backfill",
                        "night completed 0.001 backfill");
        assertThat(books.read("completion", "backfilled", "matched")).containsExactly("8 0");
    }

    @Test
    void what_is_asked_for_again_is_done_only_where_it_is_missing() throws Exception {
        books.calls.request(LAST, LAST, NOW);
        all();

        assertThat(books.calls.request(FIRST, LAST, NOW)).isEqualTo(2);
        all();
        assertThat(books.calls.request(FIRST, LAST, NOW)).isZero();

        assertThat(books.read("calls_complete", "id")).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void a_day_in_slices_is_resumed_where_the_process_ended() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 25_000; i++) {
            Instant at = Instant.parse("2026-11-19T06:00:00Z").plusMillis(i * 20L);
            events.add(start("r" + i, at));
            events.add(end("r" + i, at.plusMillis(5)));
        }
        books.store(events);
        beforeTheWorker();
        LocalDate day = LocalDate.of(2026, 11, 19);
        books.calls.request(day, day, NOW);
        Slice first = slice();
        assertThat(first.complete()).isFalse();
        assertThat(first.calls()).isBetween(1L, 12_000L);
        assertThat(progress()).containsExactly("2026-11-19 processing " + first.calls() + " 0");
        books = books.reopen();
        books.forgetParts();

        assertThat(books.calls.nextDay()).contains(day);
        all();

        assertThat(progress()).containsExactly("2026-11-19 completed 25000 0");
        assertThat(books.read("calls_complete", "id")).hasSize(25_000).doesNotHaveDuplicates();
    }

    @Test
    void a_slice_that_ends_halfway_has_done_nothing_and_a_day_that_fails_is_told()
            throws Exception {
        books.calls.request(LAST, LAST, NOW);
        books.breakSteps();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::slice).isInstanceOf(SQLException.class);
            assertThat(progress()).containsExactly("2026-11-22 pending 0 " + i);
            books.mendSteps();
            books.calls.failed(LAST, NOW);
            books.breakSteps();
        }
        books.mendSteps();
        assertThat(progress()).containsExactly("2026-11-22 failed 0 3");
        assertThat(books.calls.nextDay()).isEmpty();

        books.calls.request(LAST, LAST, NOW);
        all();

        assertThat(progress()).containsExactly("2026-11-22 completed 2 0");
    }

    @Test
    void what_runs_and_what_the_worker_waits_for_is_left_to_it() throws Exception {
        books.store(start("new", NOW.plusSeconds(1)), start("half", NOW.minusSeconds(400)));
        books.calls.complete(NOW.minusSeconds(399), TIMEOUT, 0);
        books.forgetParts();

        books.calls.request(LAST, LAST, NOW);
        all();

        assertThat(books.read("calls_complete", "id")).containsExactly("22a", "22b");
    }

    /** Its start is the backfill's by the day, but the worker was told of its end. */
    @Test
    void a_call_that_began_before_the_worker_did_is_put_together_by_it() throws Exception {
        books.store(start("over", NOW.minusSeconds(1)));
        books.forgetParts();
        books.store(end("over", NOW.plusSeconds(1)));
        books.calls.complete(NOW.plusSeconds(2), TIMEOUT, 0);
        books.calls.request(LAST, LAST, NOW);
        all();

        books.calls.complete(NOW.plusSeconds(400), TIMEOUT, 0);

        assertThat(books.read("calls_complete", "id", "status", "completion_source"))
                .contains("over completed worker");
        assertThat(books.read("completion", "duplicates", "matched")).containsExactly("0 1");
    }
}
