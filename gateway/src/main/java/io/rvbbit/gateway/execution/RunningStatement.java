package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.LiveStep;
import io.rvbbit.udf.QueryScope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable StatementSpans spans;

    /** {@code spans}: null if it is not traced. */
    RunningStatement(
            StatementState.Origin origin,
            QueryScope scope,
            CallerTotals totals,
            Cancellation cancellation,
            @Nullable StatementSpans spans) {
        this.origin = origin;
        this.scope = scope;
        this.totals = totals;
        this.cancellation = cancellation;
        this.spans = spans;
    }

    /** What it does itself; empty if it is not traced. */
    Optional<LiveStep> step() {
        StatementSpans traced = spans;
        return traced == null ? Optional.empty() : Optional.of(traced.live(origin));
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
