package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.CallerTotals.Totals;
import io.rvbbit.tracking.Event.AttemptEnded;
import io.rvbbit.tracking.Event.AttemptStarted;
import io.rvbbit.tracking.Event.CellEnded;
import io.rvbbit.tracking.Event.SessionEnded;
import io.rvbbit.tracking.Event.SessionStarted;
import io.rvbbit.tracking.Event.SessionStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CallerTotalsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final CallerId CALLER = new CallerId("sql-clever-fox-abc123");
    private static final CallerId OTHER = new CallerId("sql-merry-owl-abc124");

    private final List<Event> booked = new ArrayList<>();
    private final CallerTotals totals = new CallerTotals(booked::add);

    @Test
    void a_failed_session_counts_with_what_it_paid() {
        totals.begin(CALLER, _ -> {});
        session("udf-a-b-aaaaaa", CALLER);
        attempt("udf-a-b-aaaaaa");
        attempt("udf-a-b-aaaaaa");
        cell("udf-a-b-aaaaaa", new Usage(10, 5, new BigDecimal("0.000000000001")), "{}");

        assertThat(totals.end(CALLER))
                .isEqualTo(new Totals(2, new Usage(10, 5, new BigDecimal("0.000000000001"))));
    }

    @Test
    void a_running_caller_shows_what_is_under_way_and_what_was_paid_already() {
        totals.begin(CALLER, _ -> {});
        session("udf-a-b-aaaaaa", CALLER);
        attempt("udf-a-b-aaaaaa");
        attempt("udf-a-b-aaaaaa");
        answer("udf-a-b-aaaaaa", new Usage(10, 5, new BigDecimal("0.000000000001")));

        CallerTotals.SoFar soFar = totals.soFar(CALLER);
        assertThat(soFar.inFlight()).isEqualTo(1);
        assertThat(soFar.spent()).isEqualTo(new Usage(10, 5, new BigDecimal("0.000000000001")));
        assertThat(soFar.models()).containsExactly("m");
        assertThat(soFar.totals()).isEqualTo(new Totals(2, Usage.NONE));
        assertThat(totals.soFar(OTHER)).isEqualTo(CallerTotals.SoFar.NONE);
    }

    @Test
    void no_call_of_an_ended_session_is_under_way() {
        totals.begin(CALLER, _ -> {});
        session("udf-a-b-aaaaaa", CALLER);
        attempt("udf-a-b-aaaaaa");
        totals.record(
                new SessionEnded(
                        "udf-a-b-aaaaaa", SessionStatus.CANCELLED, "{}", "", Duration.ZERO, NOW));
        answer("udf-a-b-aaaaaa", null);

        assertThat(totals.soFar(CALLER).inFlight()).isZero();
    }

    @Test
    void callers_are_counted_apart() {
        totals.begin(CALLER, _ -> {});
        totals.begin(OTHER, _ -> {});
        session("udf-a-b-aaaaaa", CALLER);
        session("udf-a-b-aaaaab", OTHER);
        attempt("udf-a-b-aaaaab");

        assertThat(totals.end(CALLER).attempts()).isZero();
        assertThat(totals.end(OTHER).attempts()).isEqualTo(1);
    }

    @Test
    void every_event_goes_on_to_the_books() {
        session("udf-a-b-aaaaaa", CALLER);
        attempt("udf-a-b-aaaaaa");
        cell("udf-a-b-aaaaaa", null, "");
        totals.record(
                new SessionEnded(
                        "udf-a-b-aaaaaa", SessionStatus.COMPLETED, "{}", "", Duration.ZERO, NOW));

        assertThat(booked).hasSize(4);
        assertThat(totals.end(CALLER)).isEqualTo(Totals.NONE);
    }

    private void session(String id, CallerId caller) {
        totals.record(
                new SessionStarted(
                        id, caller, "", "", 0, "c", "c.yaml", "", "", "{}", "", 0, "", NOW));
    }

    private void attempt(String session) {
        totals.record(new AttemptStarted(session, "cell", "req", 1, 1, "m", "p", "{}", NOW));
    }

    private void answer(String session, @Nullable Usage usage) {
        totals.record(
                new AttemptEnded(
                        session,
                        "cell",
                        "req",
                        1,
                        1,
                        "m",
                        "m",
                        "p",
                        usage,
                        "{}",
                        "[]",
                        "",
                        Duration.ZERO,
                        NOW));
    }

    private void cell(String session, @Nullable Usage usage, String error) {
        totals.record(
                new CellEnded(
                        session,
                        "cell",
                        "llm",
                        "{}",
                        usage,
                        "m",
                        "p",
                        1,
                        Duration.ZERO,
                        error,
                        NOW));
    }
}
