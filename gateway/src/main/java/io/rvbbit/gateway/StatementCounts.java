package io.rvbbit.gateway;

import io.rvbbit.gateway.execution.StatementTally;
import io.rvbbit.gateway.metrics.Meters;
import io.rvbbit.tracking.CallerId;
import java.time.Duration;

/** What sessions count, as metrics. Threading: any thread. */
record StatementCounts(Meters meters) implements StatementTally.Counts {
    @Override
    public void ended(String kind, String outcome, Duration duration) {
        meters.statement(kind, outcome, duration);
    }

    @Override
    public void stepBegan(CallerId caller) {
        meters.stepBegan(caller);
    }

    @Override
    public void stepsOver(CallerId caller) {
        meters.stepsOver(caller);
    }
}
