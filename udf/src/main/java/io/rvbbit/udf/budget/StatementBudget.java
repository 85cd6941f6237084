package io.rvbbit.udf.budget;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.Picodollars;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The budgets that bind one statement. Threading: any thread. */
public final class StatementBudget {
    private final List<Budget> budgets;
    private final AtomicReference<@Nullable BudgetAccount> refusedBy = new AtomicReference<>();

    /**
     * @param budgets from the narrowest to the widest: statement, session, role, server; each that
     *     there is
     */
    public StatementBudget(List<Budget> budgets) {
        this.budgets = List.copyOf(budgets);
    }

    /** Nothing binds it. */
    public static StatementBudget unlimited() {
        return new StatementBudget(List.of());
    }

    public boolean isLimited() {
        return !budgets.isEmpty();
    }

    /** For the calls of one cascade. */
    public Allowance allowance() {
        return isLimited() ? new CascadeAllowance(budgets, true) : Allowance.UNLIMITED;
    }

    /**
     * For calls that have a bound of their own, too.
     *
     * @param needsPrice whether that one also holds off models whose cost nobody tells
     */
    public Allowance allowance(Budget narrower, boolean needsPrice) {
        List<Budget> binding = new ArrayList<>(budgets);
        binding.addFirst(narrower);
        return new CascadeAllowance(List.copyOf(binding), needsPrice || isLimited());
    }

    /** How far the budget that has refused a call is spent; empty if none has. */
    public Optional<String> usedUp() {
        return Optional.ofNullable(refusedBy.get()).map(BudgetAccount::summary);
    }

    /** What binds the statement, with amounts; empty if nothing does. */
    public String describe() {
        return budgets.stream()
                .map(budget -> budget.account().named())
                .collect(Collectors.joining(", "));
    }

    /** The most that the statement could spend from now on; empty if nothing binds it. */
    public Optional<Long> left() {
        return budgets.stream()
                .map(budget -> budget.account().left())
                .min(Comparator.naturalOrder());
    }

    private final class CascadeAllowance implements Allowance {
        /** The least that a refused call of this cascade could have asked for. */
        private final AtomicLong least = new AtomicLong(Long.MAX_VALUE);

        private final List<Budget> binding;
        private final boolean needsPrice;

        CascadeAllowance(List<Budget> binding, boolean needsPrice) {
            this.needsPrice = needsPrice;
            this.binding = binding;
        }

        @Override
        public boolean limited() {
            return true;
        }

        @Override
        public boolean needsPrice() {
            return needsPrice;
        }

        @Override
        public Reservation reserve(long most, long leastOfAny) throws InterruptedException {
            try {
                return Hold.take(binding, most);
            } catch (Hold.Refused refused) {
                least.accumulateAndGet(leastOfAny, Math::min);
                refusedBy.set(refused.account());
                throw usedUp(
                        refused.account(),
                        ", and the next call may cost " + Picodollars.words(most));
            }
        }

        @Override
        public Optional<ModelException> exhausted() {
            long needed = least.get();
            if (needed == Long.MAX_VALUE) {
                return Optional.empty();
            }
            return binding.stream()
                    .map(Budget::account)
                    .filter(account -> account.left() < needed)
                    .findFirst()
                    .map(account -> usedUp(account, ""));
        }
    }

    private static ModelException usedUp(BudgetAccount account, String more) {
        return new ModelException(
                ModelException.BUDGET,
                SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                false,
                "budget used up: " + account.summary() + more,
                account.hint());
    }
}
