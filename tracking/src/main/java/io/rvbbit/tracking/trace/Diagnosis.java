package io.rvbbit.tracking.trace;

import io.rvbbit.tracking.trace.Finding.Kind;
import io.rvbbit.tracking.trace.Finding.Severity;
import io.rvbbit.tracking.trace.RootCause.Cause;
import io.rvbbit.tracking.trace.SpanTree.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what was wrong with a trace.
 *
 * <p>A fault is told where it is, and not again of everything that contains it: a failure of the
 * innermost span that failed, a slow operation of the span that has no other inside. Threading:
 * immutable.
 */
public final class Diagnosis {
    private static final List<String> FAULTS = List.of("failed", "timeout");

    /** Classes of errors by which a service could not be reached. */
    private static final List<String> CONNECTION = List.of("connection");

    /** Errors of a call that are none of the model's. */
    private static final List<String> OWN = List.of("budget", "cancelled", "orphaned");

    private static final String RUNNING = "running";

    private final SpanTree tree;

    /** By operation and model, and by operation alone: who will answer is not known before. */
    private final Map<String, OperationAverage> averages = new HashMap<>();

    private final TraceLimits limits;
    private final Instant now;

    /**
     * @param spans of one trace, or of one statement or session
     * @param averages of their operations
     * @param now the end of what still runs
     */
    public Diagnosis(
            List<TraceSpan> spans,
            List<OperationAverage> averages,
            TraceLimits limits,
            Instant now) {
        this.tree = new SpanTree(spans, now);
        this.limits = limits;
        this.now = now;
        for (OperationAverage average : averages) {
            for (String key : List.of(key(average), average.operation())) {
                this.averages.merge(key, average, OperationAverage::plus);
            }
        }
        for (TraceSpan span : spans) {
            if (span.is("completed")) {
                // What is to be judged is not what it is judged by.
                for (String key :
                        List.of(key(span.operation(), span.modelId()), span.operation())) {
                    this.averages.computeIfPresent(
                            key, (_, average) -> average.without(span.took(now).toMillis()));
                }
            }
        }
    }

    private static String key(OperationAverage average) {
        return key(average.operation(), average.modelId());
    }

    private static String key(String operation, String modelId) {
        return operation + '\n' + modelId;
    }

    /**
     * What is wrong, the worst first; if nothing is, one that says so. Empty if there are no spans.
     */
    public List<Finding> findings() {
        List<Finding> faults = faults();
        if (!faults.isEmpty() || tree.spans().isEmpty()) {
            return faults;
        }
        TraceSpan first = tree.spans().getFirst();
        return List.of(
                new Finding(
                        Kind.HEALTHY,
                        Severity.INFO,
                        first,
                        first.startedAt(),
                        first.took(now),
                        "%d spans%s, none of them slow, failed or late, and no gap over %s"
                                .formatted(tree.spans().size(), runs(), shown(limits.gap()))));
    }

    private String runs() {
        long running = tree.spans().stream().filter(span -> span.is(RUNNING)).count();
        return running == 0 ? "" : " (" + running + " still run)";
    }

    private List<Finding> faults() {
        List<Finding> found = new ArrayList<>();
        for (TraceSpan span : tree.spans()) {
            if (FAULTS.contains(span.status())) {
                if (!tree.hasChildThat(span, FAULTS)) {
                    found.add(failure(span));
                }
            } else if (tree.isLeaf(span) && !span.isDelivery() && !span.is("cancelled")) {
                slow(span).ifPresent(found::add);
            }
            for (Gap gap : tree.gaps(span)) {
                if (gap.length().compareTo(limits.gap()) > 0) {
                    found.add(gap(span, gap));
                }
            }
        }
        found.sort(
                Comparator.comparing(Finding::severity)
                        .thenComparing(Finding::took, Comparator.reverseOrder())
                        .thenComparing(Finding::startedAt));
        return found;
    }

    private Finding failure(TraceSpan span) {
        boolean late = span.is("timeout");
        TraceSpan parent = tree.parent(span);
        Severity severity =
                FAULTS.contains(tree.root(span).status())
                        ? Severity.CRITICAL
                        : parent != null && parent.is("completed")
                                ? Severity.WARNING
                                : Severity.ERROR;
        String type = span.errorType().isEmpty() ? "error" : span.errorType();
        return new Finding(
                late ? Kind.TIMEOUT : Kind.FAILURE,
                severity,
                span,
                span.startedAt(),
                span.took(now),
                "%s after %s: %s%s%s"
                        .formatted(
                                type,
                                shown(span.took(now)),
                                span.errorMessage(),
                                of(span),
                                severity == Severity.WARNING ? "; another attempt made up" : ""));
    }

    /** Slower than the average, or than anything may be. */
    private Optional<Finding> slow(TraceSpan span) {
        Duration took = span.took(now);
        String average = aboveAverage(span, took);
        boolean degraded = took.compareTo(limits.degradation()) > 0;
        if (average == null && !degraded) {
            return Optional.empty();
        }
        String why =
                average == null
                        ? "%s %s, more than %s"
                                .formatted(verb(span), shown(took), shown(limits.degradation()))
                        : average;
        return Optional.of(
                new Finding(
                        Kind.SLOW_OPERATION,
                        degraded ? Severity.ERROR : Severity.WARNING,
                        span,
                        span.startedAt(),
                        took,
                        why + of(span)));
    }

    /** In words; null if it is not, or there is nothing to compare it with. */
    private @Nullable String aboveAverage(TraceSpan span, Duration took) {
        // What a statement does itself takes what its rows and its query take.
        OperationAverage others = span.service().equals("gateway") ? null : average(span);
        if (others == null || !others.saysSomething() || took.compareTo(limits.slowLeast()) < 0) {
            return null;
        }
        double mean = (double) others.completedMs() / others.completedSpans();
        double times = took.toMillis() / Math.max(1, mean);
        return times > limits.slowFactor()
                ? String.format(
                        Locale.ROOT,
                        "%s %s, %.1f times the average of %s (%d other spans)",
                        verb(span),
                        shown(took),
                        times,
                        shown(Duration.ofMillis(Math.round(mean))),
                        others.completedSpans())
                : null;
    }

    private @Nullable OperationAverage average(TraceSpan span) {
        OperationAverage own = averages.get(key(span.operation(), span.modelId()));
        return span.is(RUNNING) && (own == null || !own.saysSomething())
                ? averages.get(span.operation())
                : own;
    }

    private static String verb(TraceSpan span) {
        return span.is(RUNNING) ? "still runs after" : "took";
    }

    private Finding gap(TraceSpan span, Gap gap) {
        boolean network = gap.length().compareTo(limits.networkTimeout()) > 0;
        return new Finding(
                Kind.GAP,
                network ? Severity.ERROR : Severity.WARNING,
                span,
                gap.from(),
                gap.length(),
                "nothing %s for %s, from %s after its start"
                        .formatted(
                                span.is(RUNNING) && gap.to().equals(span.end(now))
                                        ? "has run"
                                        : "ran",
                                shown(gap.length()),
                                shown(Duration.between(span.startedAt(), gap.from()))));
    }

    /**
     * The causes that the findings speak for, the likeliest first; {@link Cause#NONE} if they speak
     * for none. Empty if there are no spans.
     */
    public List<RootCause> causes() {
        List<Finding> faults = faults();
        List<RootCause> causes = new ArrayList<>();
        add(
                causes,
                Cause.NETWORK_TIMEOUT,
                faults,
                fault ->
                        fault.kind() == Kind.GAP
                                && fault.took().compareTo(limits.networkTimeout()) > 0);
        add(causes, Cause.CONNECTION_FAILURE, faults, Diagnosis::isConnection);
        add(causes, Cause.SERVICE_TIMEOUT, faults, fault -> fault.kind() == Kind.TIMEOUT);
        add(
                causes,
                Cause.PERFORMANCE_DEGRADATION,
                faults,
                fault ->
                        fault.kind() == Kind.SLOW_OPERATION
                                && fault.took().compareTo(limits.degradation()) > 0);
        add(
                causes,
                Cause.MODEL_EXECUTION_FAILURE,
                faults,
                fault ->
                        fault.kind() == Kind.FAILURE
                                && fault.span().service().equals("model")
                                && !OWN.contains(fault.span().errorType())
                                && !isConnection(fault));
        causes.sort(Comparator.comparingDouble(RootCause::confidence).reversed());
        if (causes.isEmpty() && !tree.spans().isEmpty()) {
            causes.add(
                    new RootCause(
                            Cause.NONE,
                            1,
                            List.of(),
                            "%d spans and %s, but none that a cause follows from"
                                    .formatted(tree.spans().size(), counted(faults.size()))));
        }
        return causes;
    }

    private static String counted(int findings) {
        return findings == 1 ? "1 finding" : findings + " findings";
    }

    private static boolean isConnection(Finding fault) {
        return fault.kind() == Kind.FAILURE && CONNECTION.contains(fault.span().errorType());
    }

    private void add(
            List<RootCause> causes, Cause cause, List<Finding> faults, Predicate<Finding> speaks) {
        List<Finding> evidence = faults.stream().filter(speaks).toList();
        if (evidence.isEmpty()) {
            return;
        }
        Finding worst = evidence.getFirst();
        String more = evidence.size() == 1 ? "" : " (and %d more)".formatted(evidence.size() - 1);
        causes.add(
                new RootCause(
                        cause,
                        confidence(evidence),
                        evidence,
                        worst.span().operation() + ": " + worst.evidence() + more));
    }

    /**
     * What ended the statement is sure to be a cause; what another attempt made up is the less
     * likely one the less time it took of the whole.
     */
    private double confidence(List<Finding> evidence) {
        double most = 0;
        Duration lost = Duration.ZERO;
        for (Finding finding : evidence) {
            most =
                    Math.max(
                            most,
                            switch (finding.severity()) {
                                case CRITICAL -> 0.95;
                                case ERROR -> 0.8;
                                case WARNING, INFO -> 0.5;
                            });
            lost = lost.plus(finding.took());
        }
        TraceSpan whole = tree.root(evidence.getFirst().span());
        double share =
                Math.min(1, (double) lost.toMillis() / Math.max(1, whole.took(now).toMillis()));
        return Math.round((most + (1 - most) * 0.8 * share) * 100) / 100.0;
    }

    private static String of(TraceSpan span) {
        return span.modelId().isEmpty() ? "" : " (" + span.provider() + " " + span.modelId() + ")";
    }

    /** Such as 812 ms or 7.3 s. */
    private static String shown(Duration duration) {
        long milliseconds = duration.toMillis();
        return milliseconds < 1_000
                ? milliseconds + " ms"
                : String.format(Locale.ROOT, "%.1f s", milliseconds / 1_000.0);
    }
}
