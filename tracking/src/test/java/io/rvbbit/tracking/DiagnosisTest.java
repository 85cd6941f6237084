package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.trace.Diagnosis;
import io.rvbbit.tracking.trace.Finding;
import io.rvbbit.tracking.trace.OperationAverage;
import io.rvbbit.tracking.trace.RootCause;
import io.rvbbit.tracking.trace.RootCause.Cause;
import io.rvbbit.tracking.trace.TraceLimits;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults put into traces, one and several at a time; all times are a thousandth of the real. */
class DiagnosisTest {
    private static final TraceLimits LIMITS =
            new TraceLimits(
                    3,
                    Duration.ofNanos(100_000),
                    Duration.ofMillis(5),
                    Duration.ofMillis(60),
                    Duration.ofMillis(120));
    private static final int RUNS = 200;
    private static final int SESSIONS = 8;

    /** What goes wrong in one session, what it shows as, and what it is a sign of. */
    enum Fault {
        PAUSE("GAP", Cause.NONE),
        LONG_PAUSE("GAP", Cause.NETWORK_TIMEOUT),
        REFUSED_CONNECTION("FAILURE", Cause.CONNECTION_FAILURE),
        TIMEOUT("TIMEOUT", Cause.SERVICE_TIMEOUT),
        SLOW_MODEL("SLOW_OPERATION", Cause.NONE),
        DEGRADED_MODEL("SLOW_OPERATION", Cause.PERFORMANCE_DEGRADATION),
        MODEL_ERROR("FAILURE", Cause.MODEL_EXECUTION_FAILURE);

        final String finding;
        final Cause cause;

        Fault(String finding, Cause cause) {
            this.finding = finding;
            this.cause = cause;
        }
    }

    private final List<Event> events = new ArrayList<>();
    private final Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);
    private final Numbering numbering = new Numbering();
    private int statements;

    private List<TraceSpan> book() {
        List<TraceSpan> spans =
                numbering.book(bookkeeper, events).spans().stream()
                        .map(DiagnosisTest::span)
                        .toList();
        events.clear();
        return spans;
    }

    private static TraceSpan span(Row<SpanColumn> row) {
        return new TraceSpan(
                row.text(SpanColumn.SPAN_ID),
                row.text(SpanColumn.TRACE_ID),
                row.text(SpanColumn.PARENT_SPAN_ID),
                row.text(SpanColumn.CALLER_ID),
                row.text(SpanColumn.SESSION_ID),
                row.text(SpanColumn.SERVICE),
                row.text(SpanColumn.OPERATION),
                row.text(SpanColumn.STATUS),
                (Instant) Objects.requireNonNull(row.get(SpanColumn.STARTED_AT)),
                (Instant) Objects.requireNonNull(row.get(SpanColumn.ENDED_AT)),
                row.text(SpanColumn.MODEL_ID),
                row.text(SpanColumn.PROVIDER),
                row.text(SpanColumn.REGION),
                row.text(SpanColumn.METADATA),
                row.text(SpanColumn.ERROR_TYPE),
                row.text(SpanColumn.ERROR_MESSAGE),
                (Integer) Objects.requireNonNull(row.get(SpanColumn.DEPTH)));
    }

    /** A statement whose sessions run one after another or side by side, with a fault in some. */
    private List<TraceSpan> trace(Random random, Map<Integer, Fault> faults) {
        statements++;
        String caller = "sql-clever-fox-" + (100_000 + statements);
        var story = new TraceStory(events::add, caller, Story.START.plusSeconds(statements * 600L));
        story.statement();
        story.step("rewrite", 0, 1);
        boolean parallel = random.nextBoolean();
        boolean failed = false;
        long start = 1;
        long last = start;
        for (int i = 0; i < SESSIONS; i++) {
            String session = "udf-" + statements + "-" + i;
            Fault fault = faults.get(i);
            boolean fatal = fault != null && random.nextInt(3) == 0;
            long end = session(story, random, session, i, start, fault, fatal);
            failed |= fatal && isError(fault);
            last = Math.max(last, end);
            start = parallel ? start + random.nextInt(3) : end + random.nextInt(4);
        }
        story.statementEnds(
                failed ? StatementStatus.ERROR : StatementStatus.COMPLETED,
                last + random.nextInt(4));
        return book();
    }

    private static boolean isError(@Nullable Fault fault) {
        return fault == Fault.REFUSED_CONNECTION
                || fault == Fault.TIMEOUT
                || fault == Fault.MODEL_ERROR;
    }

    private static long session(
            TraceStory story,
            Random random,
            String id,
            int row,
            long start,
            @Nullable Fault fault,
            boolean fatal) {
        story.session(id, row, start);
        story.cell(id, "ask", start);
        long at = start + random.nextInt(3);
        String error = "";
        if (fault != null) {
            long took =
                    switch (fault) {
                        case PAUSE, LONG_PAUSE -> usual(random);
                        case REFUSED_CONNECTION -> 1;
                        case TIMEOUT -> 30 + random.nextInt(300);
                        case SLOW_MODEL -> 70 + random.nextInt(40);
                        case DEGRADED_MODEL -> 125 + random.nextInt(300);
                        case MODEL_ERROR -> usual(random);
                    };
            error =
                    switch (fault) {
                        case PAUSE, LONG_PAUSE, SLOW_MODEL, DEGRADED_MODEL -> "";
                        case REFUSED_CONNECTION -> error("unavailable", "could not be reached");
                        case TIMEOUT -> error("timeout", "gave no answer");
                        case MODEL_ERROR -> error("refused", "refused");
                    };
            story.attempt(id, "ask", "r1" + id, error, at, at + took);
            at += took;
            at +=
                    switch (fault) {
                        case PAUSE -> 7 + random.nextInt(50);
                        case LONG_PAUSE -> 65 + random.nextInt(200);
                        default -> random.nextInt(4);
                    };
        }
        String outcome = fatal ? error : "";
        if (outcome.isEmpty()) {
            long took = usual(random);
            story.attempt(id, "ask", "r2" + id, "", at, at + took);
            at += took;
        }
        long end = at + random.nextInt(2);
        story.cellEnds(id, "ask", outcome, start, end);
        story.sessionEnds(
                id,
                outcome.isEmpty() ? SessionStatus.COMPLETED : SessionStatus.ERROR,
                outcome,
                start,
                end);
        return end;
    }

    private static long usual(Random random) {
        return 12L + random.nextInt(10);
    }

    private static String error(String kind, String message) {
        return "{\"class\":\"%s\",\"message\":\"%s\"}".formatted(kind, message);
    }

    private static List<OperationAverage> averages(List<TraceSpan> spans) {
        Map<String, List<TraceSpan>> completed =
                spans.stream()
                        .filter(span -> span.status().equals("completed"))
                        .collect(
                                Collectors.groupingBy(
                                        span -> span.operation() + "\n" + span.modelId()));
        List<OperationAverage> averages = new ArrayList<>();
        completed.forEach((key, all) -> {
            String[] names = key.split("\n", -1);
            long total =
                    all.stream()
                            .mapToLong(span ->
                                    Duration.between(
                                                    span.startedAt(),
                                                    Objects.requireNonNull(span.endedAt()))
                                            .toMillis())
                            .sum();
            averages.add(new OperationAverage(names[0], names[1], all.size(), total));
        });
        return averages;
    }

    private Diagnosis diagnosis(Random random, Map<Integer, Fault> faults) {
        List<TraceSpan> books = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            books.addAll(trace(random, Map.of()));
        }
        List<TraceSpan> own = trace(random, faults);
        books.addAll(own);
        return new Diagnosis(own, averages(books), LIMITS, Instant.MAX);
    }

    private static Set<String> found(Diagnosis diagnosis) {
        Set<String> found = new TreeSet<>();
        for (Finding finding : diagnosis.findings()) {
            if (finding.kind() != Finding.Kind.HEALTHY) {
                String session = finding.span().sessionId();
                found.add(finding.kind() + " " + session.substring(session.lastIndexOf('-') + 1));
            }
        }
        for (RootCause cause : diagnosis.causes()) {
            if (cause.cause() != Cause.NONE) {
                found.add(cause.cause().name());
            }
        }
        return found;
    }

    private static Set<String> expected(Map<Integer, Fault> faults) {
        Set<String> expected = new TreeSet<>();
        faults.forEach((session, fault) -> {
            expected.add(fault.finding + " " + session);
            if (fault.cause != Cause.NONE) {
                expected.add(fault.cause.name());
            }
        });
        return expected;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void each_fault_alone_is_found_where_it_is(Fault fault) {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            Map<Integer, Fault> faults = Map.of(random.nextInt(SESSIONS), fault);

            assertThat(found(diagnosis(random, faults)))
                    .as("seed " + seed)
                    .isEqualTo(expected(faults));
        }
    }

    @Test
    void faults_together_are_found_with_hardly_a_mistake() {
        int right = 0;
        int wrong = 0;
        int missed = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            var random = new Random(1_000 + seed);
            Map<Integer, Fault> faults = new HashMap<>();
            for (Fault fault : Fault.values()) {
                if (random.nextBoolean()) {
                    faults.put(random.nextInt(SESSIONS), fault);
                }
            }
            Set<String> expected = expected(faults);
            Set<String> found = found(diagnosis(random, faults));
            for (String one : found) {
                if (expected.contains(one)) {
                    right++;
                } else {
                    wrong++;
                }
            }
            expected.removeAll(found);
            missed += expected.size();
        }

        assertThat(right).isGreaterThan(3 * RUNS);
        assertThat((double) right / (right + wrong)).as("precision").isGreaterThanOrEqualTo(0.99);
        assertThat((double) right / (right + missed)).as("recall").isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void a_trace_without_a_fault_says_so() {
        Diagnosis diagnosis = diagnosis(new Random(1), Map.of());

        assertThat(diagnosis.findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Finding.Kind.HEALTHY);
                    assertThat(finding.evidence()).contains("none of them slow");
                });
        assertThat(diagnosis.causes()).extracting(RootCause::cause).containsExactly(Cause.NONE);
    }

    @Test
    void nothing_is_said_of_a_trace_that_is_not_there() {
        var diagnosis = new Diagnosis(List.of(), List.of(), LIMITS, Instant.MAX);

        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.causes()).isEmpty();
    }

    @Test
    void what_ended_the_statement_is_likelier_than_what_another_attempt_made_up() {
        var story = new TraceStory(events::add, "sql-clever-fox-abc123", Story.START);
        story.statement();
        story.session("udf-a-b-1", 0, 0);
        story.cell("udf-a-b-1", "ask", 0);
        String refused = error("unavailable", "could not be reached");
        String late = error("timeout", "gave no answer");
        story.attempt("udf-a-b-1", "ask", "r1", refused, 0, 1);
        story.cellEnds("udf-a-b-1", "ask", "", 0, 2);
        story.sessionEnds("udf-a-b-1", SessionStatus.COMPLETED, "", 0, 2);
        story.session("udf-a-b-2", 0, 2);
        story.cell("udf-a-b-2", "ask", 2);
        story.attempt("udf-a-b-2", "ask", "r2", late, 2, 50);
        story.cellEnds("udf-a-b-2", "ask", late, 2, 50);
        story.sessionEnds("udf-a-b-2", SessionStatus.ERROR, late, 2, 50);
        story.statementEnds(StatementStatus.PARTIAL, 50);

        List<RootCause> causes = new Diagnosis(book(), List.of(), LIMITS, Instant.MAX).causes();

        assertThat(causes)
                .extracting(RootCause::cause)
                .containsExactly(Cause.SERVICE_TIMEOUT, Cause.CONNECTION_FAILURE);
        assertThat(causes.getFirst().confidence()).isGreaterThan(0.9);
        assertThat(causes.getLast().confidence()).isBetween(0.5, 0.6);
    }
}
