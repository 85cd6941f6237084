package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.JournalEntry;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * EXECUTE: the named statement with arguments that are computed once per execution.
 *
 * <p>Threading: the session's thread only.
 */
final class ExecutePlan implements Plan {
    private final Prepared prepared;
    private final Arguments arguments;
    private @Nullable List<@Nullable Object> values;

    ExecutePlan(Prepared prepared, Arguments arguments) {
        this.prepared = prepared.held();
        this.arguments = arguments;
    }

    private Plan target() {
        return prepared.plan()
                .orElseThrow(() ->
                        new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "EXECUTE of an empty statement: not supported"));
    }

    @Override
    public List<Column> columns() {
        return target().columns();
    }

    @Override
    public Role role() {
        return target().role();
    }

    @Override
    public boolean spends() {
        return target().spends();
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return target().journal(values());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        List<@Nullable Object> computed = values();
        values = null;
        return target().start(computed, cancellation);
    }

    private List<@Nullable Object> values() {
        List<@Nullable Object> computed = values;
        if (computed == null) {
            computed = arguments.values();
            values = computed;
        }
        return computed;
    }

    @Override
    public void close() {
        prepared.close();
    }
}
