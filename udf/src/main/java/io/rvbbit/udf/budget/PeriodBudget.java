package io.rvbbit.udf.budget;

import java.time.InstantSource;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A budget that begins anew each day or month.
 *
 * <p>An attempt is charged to the period in which it was admitted. Threading: any thread.
 */
final class PeriodBudget implements Budget {
    private final String owner;
    private final Period period;
    private final long limit;
    private final InstantSource clock;
    private final AtomicReference<Current> current;

    private record Current(LocalDate start, BudgetAccount account) {}

    /**
     * @param owner such as {@code the server}
     * @param spent in the period of {@code start}, as the books tell
     * @param kept in that period
     */
    PeriodBudget(
            String owner,
            Period period,
            long limit,
            InstantSource clock,
            LocalDate start,
            long spent,
            long kept) {
        this.owner = owner;
        this.period = period;
        this.limit = limit;
        this.clock = clock;
        this.current = new AtomicReference<>(new Current(start, account(start, spent, kept)));
    }

    private BudgetAccount account(LocalDate start, long spent, long kept) {
        return new BudgetAccount(
                "the budget of %s for %s".formatted(owner, period.named(start)),
                "it begins anew on %s (UTC)".formatted(period.next(start)),
                limit,
                spent,
                kept);
    }

    @Override
    public BudgetAccount account() {
        while (true) {
            Current now = current.get();
            LocalDate start = period.start(clock.instant());
            // A clock that is set back does not bring back a period that is over.
            if (!start.isAfter(now.start())) {
                return now.account();
            }
            current.compareAndSet(now, new Current(start, account(start, 0, 0)));
        }
    }
}
