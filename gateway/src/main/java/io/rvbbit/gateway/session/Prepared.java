package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.wire.PgType;
import java.util.List;
import java.util.Optional;

/**
 * A statement made by Parse; empty text has no plan.
 *
 * @param parameterOids what the client declared, completed by what the engine inferred
 */
record Prepared(Optional<Plan> plan, List<Integer> parameterOids) implements AutoCloseable {
    Prepared {
        parameterOids = List.copyOf(parameterOids);
    }

    /** The types under which bound parameters are decoded. */
    List<PgType> parameterTypes() {
        return parameterOids.stream().map(oid -> PgType.ofOid(oid).orElse(PgType.TEXT)).toList();
    }

    @Override
    public void close() {
        plan.ifPresent(Plan::close);
    }
}
