package io.rvbbit.udf.budget;

import io.rvbbit.udf.llm.Allowance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One amount set aside in several accounts, in all or in none.
 *
 * <p>Accounts are always taken in the same order (statement, session, role, server), so those who
 * hold in one and wait for the next never wait for each other. Threading: any thread.
 */
final class Hold implements Allowance.Reservation {
    private final List<BudgetAccount> accounts;
    private final long amount;
    private final AtomicBoolean over = new AtomicBoolean();

    private Hold(List<BudgetAccount> accounts, long amount) {
        this.accounts = List.copyOf(accounts);
        this.amount = amount;
    }

    /** Too little is left in this account. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient BudgetAccount account;

        Refused(BudgetAccount account) {
            super("too little is left", null, false, false);
            this.account = account;
        }

        BudgetAccount account() {
            return account;
        }
    }

    static Hold take(List<Budget> budgets, long amount) throws InterruptedException, Refused {
        List<BudgetAccount> held = new ArrayList<>(budgets.size());
        boolean complete = false;
        try {
            for (Budget budget : budgets) {
                held.add(reserved(budget, amount));
            }
            complete = true;
            return new Hold(held, amount);
        } finally {
            if (!complete) {
                held.forEach(account -> account.release(amount));
            }
        }
    }

    /** The account in which it was set aside: a new one where the period turned meanwhile. */
    private static BudgetAccount reserved(Budget budget, long amount)
            throws InterruptedException, Refused {
        BudgetAccount account = budget.account();
        while (!account.reserve(amount)) {
            BudgetAccount renewed = budget.account();
            if (renewed == account) {
                throw new Refused(account);
            }
            account = renewed;
        }
        return account;
    }

    @Override
    public void settle(long actual) {
        end(account -> account.settle(amount, actual));
    }

    @Override
    public void keep() {
        end(account -> account.keep(amount));
    }

    @Override
    public void release() {
        end(account -> account.release(amount));
    }

    private void end(Consumer<BudgetAccount> how) {
        if (!over.compareAndSet(false, true)) {
            throw new IllegalStateException("a reservation ends once");
        }
        accounts.forEach(how);
    }
}
