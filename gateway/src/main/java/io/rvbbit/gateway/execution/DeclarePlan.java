package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * DECLARE: each execution gives a plan of the query to a portal, which then owns it.
 *
 * <p>Threading: the session's thread only.
 */
final class DeclarePlan implements Plan {
    private final ClientContext client;
    private final Cursors.Declaration declaration;
    private final Supplier<Plan> query;
    private final List<String> parameterTypes;
    private @Nullable Plan ready;

    DeclarePlan(ClientContext client, Cursors.Declaration declaration, Supplier<Plan> query) {
        this.client = client;
        this.declaration = declaration;
        this.query = query;
        Plan planned = query.get();
        this.ready = planned;
        this.parameterTypes = planned.parameterTypes();
    }

    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public List<String> parameterTypes() {
        return parameterTypes;
    }

    @Override
    public Role role() {
        return Role.READS;
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        if (!declaration.holds() && !client.transaction().isBlock()) {
            throw new SqlException(
                    SqlState.NO_ACTIVE_TRANSACTION,
                    "DECLARE CURSOR can only be used in transaction blocks");
        }
        return new ControlPlan(Role.READS, _ -> declare(parameters, cancellation))
                .start(List.of(), cancellation);
    }

    private String declare(List<@Nullable Object> parameters, Cancellation cancellation) {
        Plan planned = ready;
        ready = null;
        if (planned == null) {
            planned = query.get();
        }
        boolean kept = false;
        try {
            client.cursors().declare(declaration, planned, parameters, cancellation);
            kept = true;
        } finally {
            if (!kept) {
                planned.close();
            }
        }
        return "DECLARE CURSOR";
    }

    @Override
    public void close() {
        Plan unused = ready;
        if (unused != null) {
            ready = null;
            unused.close();
        }
    }
}
