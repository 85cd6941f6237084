package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.udf.QueryScope;

/**
 * A statement that runs, as others see it: how far it is, and how it is stopped.
 *
 * <p>Threading: any thread.
 */
final class RunningStatement {
    private final StatementState.Origin origin;
    private final QueryScope scope;
    private final CallerTotals totals;
    private final Cancellation cancellation;

    RunningStatement(
            StatementState.Origin origin,
            QueryScope scope,
            CallerTotals totals,
            Cancellation cancellation) {
        this.origin = origin;
        this.scope = scope;
        this.totals = totals;
        this.cancellation = cancellation;
    }

    StatementState.Origin origin() {
        return origin;
    }

    StatementState state() {
        CallerTotals.SoFar soFar = totals.soFar(origin.caller());
        return new StatementState(
                origin,
                StatementStatus.RUNNING,
                null,
                scope.progress(),
                StatementState.sorted(scope.cascades()),
                StatementState.sorted(soFar.models()),
                soFar.inFlight(),
                soFar.totals().attempts(),
                soFar.spent(),
                "",
                totals.heldUpBy(origin.caller()));
    }

    void cancel() {
        cancellation.cancel(Cancellation.USER_REQUEST);
    }
}
