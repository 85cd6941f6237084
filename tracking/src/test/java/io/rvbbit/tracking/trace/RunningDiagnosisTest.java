package io.rvbbit.tracking.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said of a statement while it runs. */
class RunningDiagnosisTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CHAT = "chat brand.ask";

    private final List<TraceSpan> spans = new ArrayList<>();

    /** {@code end} in milliseconds; -1 if it runs. */
    private void span(
            int depth, String service, String operation, String model, long start, long end) {
        @Nullable Instant ended = end < 0 ? null : START.plusMillis(end);
        spans.add(
                new TraceSpan(
                        "s" + spans.size(),
                        "t",
                        depth == 0 ? "" : "s" + (depth - 1),
                        "c",
                        "",
                        service,
                        operation,
                        end < 0 ? "running" : "completed",
                        START.plusMillis(start),
                        ended,
                        model,
                        "stub",
                        "",
                        "{}",
                        "",
                        "",
                        depth));
    }

    private void statementWithCell() {
        span(0, "gateway", "statement", "", 0, -1);
        span(1, "cascade", "cascade brand", "", 0, -1);
        span(2, "cascade", "cell brand.ask", "", 0, -1);
    }

    private Diagnosis diagnosis(long now, OperationAverage... averages) {
        return new Diagnosis(spans, List.of(averages), TraceLimits.DEFAULT, START.plusMillis(now));
    }

    private static List<String> told(Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .map(finding ->
                        finding.kind()
                                + " "
                                + finding.span().operation()
                                + ": "
                                + finding.evidence())
                .toList();
    }

    @Test
    void a_call_that_runs_three_times_as_long_as_others_took_is_slow() {
        statementWithCell();
        span(3, "model", CHAT, "gpt", 0, -1);
        var others = new OperationAverage(CHAT, "gpt-2026-01-01", 10, 10_000);

        assertThat(told(diagnosis(3_000, others)))
                .containsExactly(
                        "HEALTHY statement: 4 spans (4 still run), none of them slow, failed or late,"
                                + " and no gap over 5.0 s");
        assertThat(told(diagnosis(3_500, others)))
                .containsExactly(
                        "SLOW_OPERATION chat brand.ask: still runs after 3.5 s, 3.5 times the average"
                                + " of 1.0 s (10 other spans) (stub gpt)");
    }

    @Test
    void the_same_models_average_is_the_better_one() {
        statementWithCell();
        span(3, "model", CHAT, "gpt", 0, -1);

        assertThat(
                        told(
                                diagnosis(
                                        3_500,
                                        new OperationAverage(CHAT, "gpt", 3, 9_000),
                                        new OperationAverage(CHAT, "small", 100, 10_000))))
                .singleElement()
                .asString()
                .startsWith("HEALTHY");
    }

    @Test
    void what_waits_for_its_first_step_has_a_gap() {
        statementWithCell();

        assertThat(told(diagnosis(7_000)))
                .containsExactly(
                        "GAP cell brand.ask: nothing has run for 7.0 s, from 0 ms after its start");
        assertThat(diagnosis(61_000).causes())
                .extracting(RootCause::cause)
                .containsExactly(RootCause.Cause.NETWORK_TIMEOUT);
    }

    @Test
    void what_waits_for_its_next_step_has_a_gap() {
        statementWithCell();
        span(3, "model", CHAT, "gpt", 10, 20);

        assertThat(told(diagnosis(7_020)))
                .containsExactly(
                        "GAP cell brand.ask: nothing has run for 7.0 s, from 20 ms after its start");
    }

    @Test
    void a_call_that_runs_for_minutes_is_slow_whatever_others_took() {
        statementWithCell();
        span(3, "model", CHAT, "gpt", 0, -1);

        assertThat(told(diagnosis(121_000)))
                .containsExactly(
                        "SLOW_OPERATION chat brand.ask: still runs after 121.0 s, more than 120.0 s"
                                + " (stub gpt)");
        assertThat(diagnosis(121_000).causes())
                .extracting(RootCause::cause)
                .containsExactly(RootCause.Cause.PERFORMANCE_DEGRADATION);
    }

    @Test
    void an_average_is_of_all_users_whose_spans_are_told() {
        span(0, "gateway", "statement", "", 0, 4_000);
        span(1, "model", CHAT, "gpt", 0, 4_000);

        assertThat(
                        told(
                                diagnosis(
                                        5_000,
                                        new OperationAverage(CHAT, "gpt", 10, 10_000),
                                        // The span's own user, who has nothing else.
                                        new OperationAverage(CHAT, "gpt", 1, 4_000))))
                .containsExactly(
                        "SLOW_OPERATION chat brand.ask: took 4.0 s, 4.0 times the average of 1.0 s"
                                + " (10 other spans) (stub gpt)");
    }
}
