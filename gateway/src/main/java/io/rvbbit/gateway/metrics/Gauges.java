package io.rvbbit.gateway.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.rvbbit.gateway.telemetry.SpanExport;
import io.rvbbit.tracking.Books;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.llm.LaneReading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How things stand at the moment of a scrape. Threading: any thread. */
public final class Gauges {
    private final PrometheusRegistry registry;
    private final ModelLabels models;

    public Gauges(Meters meters) {
        this.registry = meters.registry();
        this.models = meters.models();
    }

    private static void budget(
            GaugeWithCallback.Callback callback, String role, ServerBudgets.State state) {
        callback.call(state.limitUsd().doubleValue(), role, "limit");
        callback.call(state.spentUsd().doubleValue(), role, "spent");
        callback.call(state.keptUsd().doubleValue(), role, "kept");
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private void counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /** Sessions by the port through which they came. */
    public void sessions(LongSupplier wire, LongSupplier http) {
        GaugeWithCallback.builder()
                .name("rvbbit_connections")
                .help("Open sessions.")
                .labelNames("port")
                .callback(callback -> {
                    callback.call((double) wire.getAsLong(), "postgresql");
                    callback.call((double) http.getAsLong(), "http");
                })
                .register(registry);
    }

    /** TCP connections of the HTTP port, and how many were one too many. */
    public Gauges httpConnections(LongSupplier open, LongSupplier refused) {
        gauge("rvbbit_http_connections", "Open TCP connections.", open::getAsLong);
        counter(
                "rvbbit_http_connections_refused",
                "TCP connections beyond http-max-connections.",
                refused::getAsLong);
        return this;
    }

    public Gauges traffic(Supplier<List<LaneReading>> readings) {
        lanes(
                "rvbbit_model_calls_in_flight",
                "Requests that have left.",
                readings,
                LaneReading::inFlight);
        lanes(
                "rvbbit_model_calls_waiting",
                "Requests that wait for their turn.",
                readings,
                LaneReading::waiting);
        return this;
    }

    private void lanes(
            String name,
            String help,
            Supplier<List<LaneReading>> readings,
            ToLongFunction<LaneReading> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("provider", "model")
                .callback(callback -> {
                    Map<List<String>, Long> sums = new HashMap<>();
                    for (LaneReading lane : readings.get()) {
                        sums.merge(
                                List.of(models.of(lane.provider(), lane.model())),
                                value.applyAsLong(lane),
                                Long::sum);
                    }
                    sums.forEach((model, sum) -> callback.call(sum, model.get(0), model.get(1)));
                })
                .register(registry);
    }

    /** How often a stored answer would have done, but there was none. */
    public void misses(LongSupplier misses) {
        counter(
                "rvbbit_cache_misses",
                "Answers that a stored one would have been, but there was none.",
                misses::getAsLong);
    }

    public Gauges cache(LongSupplier bytes) {
        gauge("rvbbit_cache_bytes", "Stored answers on disk.", bytes::getAsLong);
        return this;
    }

    /** The server's budget of the running period, if it has one, and those of roles. */
    public Gauges budget(ServerBudgets budgets) {
        GaugeWithCallback.builder()
                .name("rvbbit_budget_usd")
                .help("Budgets of the running day or month: the server's (no role) and roles'.")
                .labelNames("role", "part")
                .callback(callback -> {
                    budgets.server().ifPresent(state -> budget(callback, "", state));
                    budgets.roles().forEach((role, state) -> budget(callback, role, state));
                })
                .register(registry);
        return this;
    }

    /** Spans that were to be exported, by what became of them. */
    public void exports(Supplier<SpanExport.Counts> counts) {
        CounterWithCallback.builder()
                .name("rvbbit_otlp_spans")
                .help("Spans for the collector: taken by it, refused, or dropped before.")
                .labelNames("outcome")
                .callback(callback -> {
                    SpanExport.Counts now = counts.get();
                    callback.call((double) now.exported(), "exported");
                    callback.call((double) now.failed(), "failed");
                    callback.call((double) now.dropped(), "dropped");
                })
                .register(registry);
    }

    public Gauges books(Books books, Clock clock) {
        gauge(
                "rvbbit_books_depth",
                "Events that the store has not taken yet.",
                () -> books.metrics().depth());
        gauge(
                "rvbbit_books_lag_seconds",
                "Age of the oldest of these.",
                () -> age(books.metrics().since(), clock));
        gauge("rvbbit_books_log_bytes", "What these take on disk.", () -> books.metrics().bytes());
        gauge(
                "rvbbit_books_refusing",
                "1 while the books have no room for anything new.",
                () -> books.metrics().refusing().isEmpty() ? 0 : 1);
        counter(
                "rvbbit_books_stored",
                "Events that the store has taken.",
                () -> books.metrics().stored());
        counter(
                "rvbbit_books_lost",
                "Events that a damaged log has lost.",
                () -> books.metrics().lost());
        counter(
                "rvbbit_books_failures",
                "How often the store has refused something.",
                () -> books.metrics().failures());
        counter(
                "rvbbit_completion_parts",
                "Starts and ends of calls that the worker has seen.",
                () -> books.completion().parts());
        counter(
                "rvbbit_completion_matched",
                "Calls that it has put together.",
                () -> books.completion().matched());
        counter(
                "rvbbit_completion_failures",
                "Steps of the worker that have failed.",
                () -> books.completion().failures());
        gauge(
                "rvbbit_completion_step_seconds",
                "How long its last step took.",
                () -> books.completion().lastStep().toNanos() / 1e9);
        return this;
    }

    private static double age(@Nullable Instant since, Clock clock) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1e3);
    }
}
