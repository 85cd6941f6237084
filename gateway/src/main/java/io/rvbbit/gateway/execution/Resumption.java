package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.Journal;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement that goes on under the caller of its earlier runs.
 *
 * @param journal of the earlier runs; whoever holds it is the only one who goes on. Null for a
 *     statement whose first step was to find out what it gives: it begins a journal of its own
 * @param earlier what the books say of them, if they have it
 * @param budgetDollars what the client allows instead of what is left of the first budget; null if
 *     he says nothing
 */
record Resumption(
        CallerId caller,
        @Nullable Journal journal,
        Optional<EarlierRun> earlier,
        @Nullable BigDecimal budgetDollars) {

    /** Whether the client knows the statement as the same one: nobody has ended it. */
    boolean isSameRun() {
        return journal == null;
    }

    /** What this run may spend, given what the statement and its session named at first. */
    @Nullable BigDecimal budget(@Nullable BigDecimal first) {
        if (budgetDollars != null || first == null) {
            return budgetDollars;
        }
        BigDecimal spent = earlier.map(run -> run.usage().costUsd()).orElse(BigDecimal.ZERO);
        return first.subtract(spent).max(BigDecimal.ZERO);
    }
}
