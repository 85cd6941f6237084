package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A statement made by Parse; empty text has no plan.
 *
 * <p>A portal outlives the name of its statement, so whoever uses a statement holds it, and the
 * last holder's {@link #close} ends it. Threading: the session's thread only.
 */
final class Prepared implements AutoCloseable {
    private final Optional<Plan> plan;
    private final List<Integer> parameterOids;
    private int holders = 1;

    /**
     * @param parameterOids what the client declared, completed by what the engine inferred
     */
    Prepared(Optional<Plan> plan, List<Integer> parameterOids) {
        this.plan = plan;
        this.parameterOids = List.copyOf(parameterOids);
    }

    Optional<Plan> plan() {
        return plan;
    }

    List<Integer> parameterOids() {
        return parameterOids;
    }

    /** One more holder, who will close it. */
    Prepared held() {
        holders++;
        return this;
    }

    @Override
    public void close() {
        holders--;
        if (holders == 0) {
            plan.ifPresent(Plan::close);
        }
    }
}
