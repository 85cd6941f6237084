package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.AccountedExecution.Outcome;
import io.rvbbit.rewriter.CascadeCall;
import io.rvbbit.rewriter.ExplainOptions;
import io.rvbbit.rewriter.ExplainOptions.Format;
import io.rvbbit.rewriter.Rewriter;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.Forecast;
import io.rvbbit.udf.SampleRun;
import io.rvbbit.udf.SampleRun.Paid;
import io.rvbbit.udf.estimate.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a RVBBIT statement would do and cost.
 *
 * <p>Plain EXPLAIN reads the input, calls no model, has no caller and leaves nothing behind.
 * ANALYZE runs the statement and SAMPLE a part of its inputs, each under a caller, with their
 * estimates in the books. Threading: the session's thread only.
 */
final class ExplainPlan implements Plan {
    private static final String COLUMN = "QUERY PLAN";
    private static final String TAG = "EXPLAIN";
    private static final String KIND = "rvbbit_explain";

    private final ClientContext client;
    private final ExplainStatement statement;
    private final ExplainOptions options;
    private final CascadePlan explained;
    private final List<String> declaredTypes;
    private final List<Column> columns;

    ExplainPlan(
            ClientContext client,
            CascadePlanner planner,
            ExplainStatement statement,
            List<String> parameterTypes) {
        this.client = client;
        this.statement = statement;
        this.options = statement.options();
        this.declaredTypes = List.copyOf(parameterTypes);
        if (options.sample() != null
                && statement.explained().calls().stream()
                        .anyMatch(call -> call.verb() == CascadeCall.Verb.RUN)) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "EXPLAIN (SAMPLE) of RVBBIT RUN is not supported: it is one call for all"
                                    + " rows")
                    .hint("EXPLAIN shows its estimate, EXPLAIN ANALYZE runs it");
        }
        this.explained =
                new CascadePlan(
                        client, planner, statement.explained(), parameterTypes, statement.text());
        this.columns =
                options.format() == Format.JSON
                        ? TextRows.jsonColumn(COLUMN)
                        : TextRows.textColumns(COLUMN);
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public List<String> parameterTypes() {
        return explained.parameterTypes();
    }

    @Override
    public Role role() {
        return runsWhole() ? explained.role() : Role.READS;
    }

    @Override
    public boolean spends() {
        return options.spends();
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return spends() ? explained.journal(parameters) : Optional.empty();
    }

    private boolean runsWhole() {
        return options.analyze() && options.sample() == null;
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        ExplainReport report = report(parameters, cancellation);
        List<List<String>> rows =
                options.format() == Format.JSON
                        ? List.of(List.of(ExplainJson.of(report)))
                        : ExplainText.of(report).stream().map(List::of).toList();
        return RowsPlan.showing(columns, TAG, () -> rows).start(List.of(), cancellation);
    }

    private ExplainReport report(List<@Nullable Object> parameters, Cancellation cancellation) {
        AccountedStatement ready;
        Forecast forecast;
        try {
            ready = explained.accounted().within(statement.text(), KIND);
            if (runsWhole()) {
                Optional<Execution> nothingToDo = explained.nothingToDo();
                if (nothingToDo.isPresent()) {
                    return estimated(new ArrayList<>(), ready);
                }
            }
            forecast = forecast(parameters, cancellation);
        } catch (SqlException e) {
            if (spends()) {
                StatementBooks.refused(client, statement.text(), e);
            }
            throw e;
        }
        ExplainReport report = estimated(forecast.outlooks(), ready);
        if (options.sample() != null) {
            return sampled(report, forecast, ready, cancellation);
        }
        return options.analyze() ? analyzed(report, ready, parameters, cancellation) : report;
    }

    private Forecast forecast(List<@Nullable Object> parameters, Cancellation cancellation) {
        int wanted = options.sample() == null ? 0 : options.sample();
        ForecastReader reader =
                new ForecastReader(
                        client, explained.calls(), declaredTypes, parameters, wanted, cancellation);
        cancellation.onCancel(client.connection()::interrupt);
        try {
            return reader.read(statement.explained());
        } finally {
            if (!spends()) {
                cancellation.over();
            }
        }
    }

    private ExplainReport estimated(List<Forecast.Outlook> outlooks, AccountedStatement ready) {
        CascadePlanner.Calls calls = explained.calls();
        Rewritten rewritten =
                Rewriter.rewrite(statement.explained(), CascadePlanner.NO_CALLER, calls.shapes());
        return ExplainReport.of(client, calls, outlooks, ready.parallel(), rewritten);
    }

    private ExplainReport analyzed(
            ExplainReport report,
            AccountedStatement ready,
            List<@Nullable Object> parameters,
            Cancellation cancellation) {
        try (AccountedExecution execution =
                AccountedExecution.start(client, ready, parameters, cancellation)) {
            book("analyze", execution.caller(), report);
            return report.withOutcome(drained(execution));
        }
    }

    private static Outcome drained(AccountedExecution execution) {
        while (execution.next() != null) {
            // The rows themselves are not wanted.
        }
        return execution.outcome();
    }

    private ExplainReport sampled(
            ExplainReport report,
            Forecast forecast,
            AccountedStatement ready,
            Cancellation cancellation) {
        List<Paid> paid = new ArrayList<>();
        try (AccountedExecution execution =
                AccountedExecution.answering(
                        client,
                        ready,
                        scope ->
                                new WorkCursor(
                                        scope,
                                        () ->
                                                paid.addAll(
                                                        SampleRun.answer(
                                                                scope, forecast.sample()))),
                        cancellation)) {
            Outcome outcome = drained(execution);
            Interval told = SampledCost.of(report, paid);
            ExplainReport complete = report.withSample(paid.size(), told, outcome);
            book("sample", execution.caller(), complete);
            return complete;
        }
    }

    private void book(String kind, CallerId caller, ExplainReport report) {
        Interval cost = report.cost();
        client.services()
                .books()
                .record(
                        new Event.StatementEstimated(
                                caller,
                                kind,
                                report.sampled(),
                                report.rows(),
                                report.distinct(),
                                report.hits(),
                                report.leastCalls(),
                                report.figures().mostCalls(),
                                report.figures().promptTokens(),
                                report.figures().exact(),
                                cost == null ? null : cost.estimate(),
                                cost == null ? null : cost.low(),
                                cost == null ? null : cost.high(),
                                report.figures().most(),
                                Duration.ofMillis(report.millis()),
                                client.services().clock().instant()));
    }

    @Override
    public void close() {
        explained.close();
    }
}
