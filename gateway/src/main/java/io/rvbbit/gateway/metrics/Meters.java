package io.rvbbit.gateway.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.AnswerServed;
import io.rvbbit.tracking.Event.AttemptEnded;
import io.rvbbit.tracking.Event.AttemptStarted;
import io.rvbbit.tracking.Event.SessionEnded;
import io.rvbbit.tracking.Event.StatementEnded;
import io.rvbbit.tracking.Event.StatementStarted;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.llm.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Counts what is booked, and adds how things stand when it is asked.
 *
 * <p>Money and tokens are those of the books. Threading: any thread.
 */
public final class Meters implements Consumer<Event> {
    /** What {@link #scrape} gives. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final int MOST_RUNNING = 10_000;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ModelLabels models = new ModelLabels();
    private final Map<CallerId, String> kinds = new ConcurrentHashMap<>();

    /** Statements of which a step runs or was the last that ran, and how that ended. */
    private final Map<CallerId, Optional<StatementEnded>> steps = new ConcurrentHashMap<>();

    private final Counter statements =
            counter(
                    "rvbbit_statements",
                    "Statements that have ended; those that run cascades have an rvbbit_ kind.",
                    "kind",
                    "outcome");
    private final Histogram statementSeconds =
            histogram("rvbbit_statement_duration_seconds", "From beginning to end.", "kind");
    private final Counter rows =
            counter("rvbbit_rows", "Rows that went into cascades and came out.", "direction");
    private final Counter sessions =
            counter("rvbbit_cascade_sessions", "Runs of cascades that have ended.", "outcome");
    private final Counter calls =
            counter(
                    "rvbbit_model_calls",
                    "Requests to models that have ended.",
                    "provider",
                    "model",
                    "outcome");
    private final Histogram callSeconds =
            histogram(
                    "rvbbit_model_call_duration_seconds",
                    "Requests to models, answered or not.",
                    "provider",
                    "model");
    private final Counter tokens =
            counter(
                    "rvbbit_model_tokens",
                    "As models count them.",
                    "provider",
                    "model",
                    "direction");
    private final Counter cost =
            counter("rvbbit_model_cost_usd", "What answered requests cost.", "provider", "model");
    private final Counter uncosted =
            counter(
                    "rvbbit_model_calls_uncosted",
                    "Requests of which nobody told what they cost.",
                    "provider",
                    "model");
    private final Counter retries =
            counter("rvbbit_model_retries", "Requests after the first.", "provider", "model");
    private final Counter rateLimits =
            counter("rvbbit_model_rate_limits", "Replies with 429.", "provider", "model");
    private final Counter served =
            counter("rvbbit_cache_hits", "Rows that were served without a call.");

    private Meters() {
        JvmMetrics.builder().register(registry);
    }

    /** Counts what these books record from now on. */
    public static Meters of(
            Books books, ServerBudgets budgets, Traffic traffic, AnswerStore answers, Clock clock) {
        Meters meters = new Meters();
        new Gauges(meters)
                .traffic(traffic::readings)
                .cache(answers::bytes)
                .budget(budgets)
                .books(books, clock);
        books.observe(meters);
        return meters;
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Histogram histogram(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(.005, .02, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 600)
                .labelNames(labels)
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    ModelLabels models() {
        return models;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case StatementStarted started -> {
                var _ = steps.remove(started.caller());
                if (kinds.size() < MOST_RUNNING) {
                    kinds.put(started.caller(), started.queryType());
                }
            }
            case StatementEnded ended -> {
                if (steps.replace(ended.caller(), Optional.of(ended)) == null) {
                    ended(ended);
                }
            }
            case SessionEnded ended -> sessions.labelValues(word(ended.status())).inc();
            case AttemptStarted attempt -> {
                if (attempt.attempt() > 1) {
                    retries.labelValues(models.of(attempt.provider(), attempt.modelRequested()))
                            .inc();
                }
            }
            case AttemptEnded attempt -> ended(attempt);
            case AnswerServed _ -> served.inc();
            default -> {
                // Nothing in the others is counted.
            }
        }
    }

    /** Counts a statement that the books do not tell of; the labels have few values. */
    public void statement(String kind, String outcome, Duration duration) {
        statements.labelValues(kind, outcome).inc();
        statementSeconds.labelValues(kind).observe(duration.toNanos() / 1e9);
    }

    /** The end of what a statement's caller runs now counts only if nothing of it follows. */
    public void stepBegan(CallerId caller) {
        if (steps.size() < MOST_RUNNING) {
            steps.put(caller, Optional.empty());
        }
    }

    /** Counts how the last step of a statement has ended, unless the statement has gone on. */
    public void stepsOver(CallerId caller) {
        Optional<StatementEnded> last = steps.remove(caller);
        if (last != null) {
            last.ifPresent(this::ended);
        }
    }

    private static String word(Enum<?> status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private void ended(StatementEnded ended) {
        String removed = kinds.remove(ended.caller());
        String kind = removed == null ? "unknown" : removed;
        statements.labelValues(kind, word(ended.status())).inc();
        statementSeconds.labelValues(kind).observe(ended.duration().toNanos() / 1e9);
        rows.labelValues("in").inc(ended.rowsInput());
        rows.labelValues("out").inc(ended.rowsOutput());
    }

    private void ended(AttemptEnded attempt) {
        String[] model = models.of(attempt.provider(), attempt.modelRequested());
        boolean limited = attempt.errorJson().contains("\"rate_limit\"");
        String outcome = attempt.errorJson().isEmpty() ? "ok" : limited ? "rate_limit" : "error";
        calls.labelValues(model[0], model[1], outcome).inc();
        callSeconds.labelValues(model).observe(attempt.duration().toNanos() / 1e9);
        if (limited) {
            rateLimits.labelValues(model).inc();
        }
        Usage usage = attempt.usage();
        if (usage == null) {
            uncosted.labelValues(model).inc();
        } else {
            tokens.labelValues(model[0], model[1], "in").inc(usage.tokensIn());
            tokens.labelValues(model[0], model[1], "out").inc(usage.tokensOut());
            cost.labelValues(model).inc(usage.costUsd().doubleValue());
        }
    }

    /** Everything, in Prometheus's text format. */
    public byte[] scrape() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
