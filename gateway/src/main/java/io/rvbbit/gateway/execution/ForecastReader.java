package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.CallInput;
import io.rvbbit.rewriter.Rewriter;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.udf.CallSpec;
import io.rvbbit.udf.Forecast;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the clauses of a statement would be given, and forecasts what they would ask.
 *
 * <p>The queries of the clauses run; no cascade does. Threading: the session's thread only.
 */
final class ForecastReader {
    private final ClientContext client;
    private final CascadePlanner.Calls calls;
    private final List<String> parameterTypes;
    private final List<@Nullable Object> parameters;
    private final Cancellation cancellation;
    private final Forecast forecast;

    /**
     * @param sampled inputs that are wanted for a sample
     */
    ForecastReader(
            ClientContext client,
            CascadePlanner.Calls calls,
            List<String> parameterTypes,
            List<@Nullable Object> parameters,
            int sampled,
            Cancellation cancellation) {
        this.client = client;
        this.calls = calls;
        this.parameterTypes = parameterTypes;
        this.parameters = parameters;
        this.cancellation = cancellation;
        Services services = client.services();
        this.forecast =
                new Forecast(
                        calls.specs(),
                        services.answers(),
                        client.budgets().of(calls.budgetDollars()).isLimited(),
                        services.databases().cells(client.connection()),
                        services.previews(),
                        services.books()::statistics,
                        sampled);
    }

    /**
     * @throws SqlException what the statement itself would fail with before it calls a model
     */
    Forecast read(CascadeStatement statement) {
        try {
            for (CallInput input : Rewriter.inputs(statement, calls.shapes())) {
                read(input);
            }
            return forecast;
        } catch (SqlException e) {
            throw cancellation.cause().orElseGet(() -> e.at(0));
        }
    }

    private void read(CallInput input) {
        switch (input) {
            case CallInput.Rows rows when rows.readsAnswers() ->
                    forecast.guess(rows.call(), guessed(rows.call(), count(rows.sql())));
            case CallInput.Rows rows -> rows(rows);
            case CallInput.Batch batch when batch.readsAnswers() ->
                    forecast.guess(
                            batch.call(), guessed(batch.call(), count(batch.staging().sql())));
            case CallInput.Batch batch -> batch(batch);
        }
    }

    private EnginePrepared prepared(String sql) {
        cancellation.check();
        return client.connection().prepare(ClientQuery.engineText(client, sql), parameterTypes);
    }

    private void rows(CallInput.Rows rows) {
        try (EnginePrepared query = prepared(rows.sql());
                ResultCursor cursor = query.execute(parameters)) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    cancellation.check();
                    if (chunk.column(0).getLong(row) > rows.bound()) {
                        cutOff(rows.call());
                    } else {
                        byte[] json = chunk.column(1).getBytes(row);
                        forecast.row(rows.call(), new String(json, StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    private void batch(CallInput.Batch batch) {
        try (EnginePrepared query = prepared(batch.staging().sql());
                var staged =
                        client.services()
                                .databases()
                                .staging()
                                .stage(
                                        query,
                                        parameters,
                                        batch.staging().table(),
                                        batch.staging().bound())) {
            if (staged.truncated()) {
                cutOff(batch.call());
            }
            forecast.run(batch.call(), EngineBatches.of(staged));
        }
    }

    private void cutOff(int call) {
        RowBound bound = calls.bounds().get(call);
        if (bound.isMaximum()) {
            throw new SqlException(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "the query gives more than " + bound.rows() + " rows")
                    .hint("add LIMIT, or raise max-rows in the server's configuration");
        }
        forecast.truncated(call);
    }

    /** Rows of a query in which NULL stands for answers. */
    private long count(String sql) {
        long rows = 0;
        try (EnginePrepared query = prepared(sql);
                ResultCursor cursor = query.execute(parameters)) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                rows += chunk.rows();
            }
        }
        return rows;
    }

    /** Conditions on answers may have left out rows that are there when answers are. */
    private long guessed(int call, long withoutAnswers) {
        long answered = 0;
        for (int before = 0; before < call; before++) {
            boolean map = calls.specs().get(before).verb() == CallSpec.Verb.MAP;
            answered = Math.max(answered, map ? forecast.outlooks().get(before).rows() : 1);
        }
        return Math.min(calls.bounds().get(call).rows(), Math.max(withoutAnswers, answered));
    }
}
