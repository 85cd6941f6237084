package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.FallbackCall.Given;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * EXPLAIN of a statement whose missing functions a model would answer: the engine's plan, and which
 * functions these are. No model is asked. Threading: the session's thread only.
 */
final class FallbackPreview implements Plan {
    private final ClientContext client;
    private final EnginePlan plan;
    private final Set<String> notices = new LinkedHashSet<>();

    FallbackPreview(
            ClientContext client,
            IncompleteStatement statement,
            Map<CallSite, FallbackCall> calls) {
        this.client = client;
        this.plan = plan(client, statement, calls);
        calls.values().forEach(call -> notices.add(notice(call)));
    }

    private static EnginePlan plan(
            ClientContext client,
            IncompleteStatement statement,
            Map<CallSite, FallbackCall> calls) {
        List<SqlException> faults = new ArrayList<>();
        for (String unknown : FallbackProbe.STANDING_IN) {
            String text = FallbackText.of(statement.text(), calls, unknown);
            try {
                return new EnginePlan(
                        client,
                        new PlainStatement(text, statement.offset()),
                        statement.parameterTypes());
            } catch (SqlException fault) {
                faults.add(fault);
            }
        }
        throw faults.getFirst();
    }

    private static String notice(FallbackCall call) {
        Given given = call.given();
        return given == null
                ? "function %s does not exist: a model would decide what it gives, and answer it"
                        .formatted(call.signature())
                : "function %s does not exist: a model would answer it (%s)"
                        .formatted(call.signature(), given.type());
    }

    @Override
    public List<Column> columns() {
        return plan.columns();
    }

    @Override
    public List<String> parameterTypes() {
        return plan.parameterTypes();
    }

    @Override
    public Role role() {
        return Role.READS;
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        notices.forEach(notice -> client.notices().notice(SqlState.WARNING, notice));
        return plan.start(parameters, cancellation);
    }

    @Override
    public void close() {
        plan.close();
    }
}
