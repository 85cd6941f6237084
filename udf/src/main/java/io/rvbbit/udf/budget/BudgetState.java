package io.rvbbit.udf.budget;

import io.rvbbit.udf.llm.Picodollars;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * All that an account knows at one moment, and what becomes of it.
 *
 * <p>Amounts are picodollars. Threading: immutable; whoever puts a step's state into the account's
 * cell then tells those who waited for it.
 *
 * @param spent by attempts whose cost is known
 * @param kept for attempts whose cost will never be known
 * @param open set aside for attempts in flight
 * @param waiting requests that will fit if attempts in flight cost less than was set aside for
 *     them, in order of arrival
 */
record BudgetState(long limit, long spent, long kept, long open, List<Request> waiting) {
    BudgetState {
        waiting = List.copyOf(waiting);
    }

    /** Somebody's wish for an amount: two for the same amount are two. */
    static final class Request {
        private final long amount;
        private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

        Request(long amount) {
            this.amount = amount;
        }

        long amount() {
            return amount;
        }

        /** Tells when it is decided, and how. */
        CompletableFuture<Boolean> granted() {
            return granted;
        }
    }

    /** The state after one change, and the requests that it decides. */
    record Step(
            BudgetState before, BudgetState next, List<Request> granted, List<Request> refused) {
        /** Whether a request that once waited was decided by an earlier step. */
        boolean decidedBefore(Request request) {
            return !before.waiting().contains(request);
        }

        void tell() {
            granted.forEach(request -> request.granted().complete(true));
            refused.forEach(request -> request.granted().complete(false));
        }
    }

    /** What is left if all attempts in flight cost nothing; negative after an overrun. */
    long left() {
        return limit - Picodollars.sum(spent, kept);
    }

    Step requested(Request request) {
        List<Request> all = new ArrayList<>(waiting);
        all.add(request);
        return decided(spent, kept, open, all);
    }

    /** An attempt for which {@code reserved} was set aside has ended. */
    Step concluded(long reserved, long moreSpent, long moreKept) {
        return decided(
                Picodollars.sum(spent, moreSpent),
                Picodollars.sum(kept, moreKept),
                open - reserved,
                waiting);
    }

    /** Somebody waits no longer. */
    Step withdrawn(Request request) {
        return decided(
                spent,
                kept,
                open,
                waiting.stream().filter(other -> !other.equals(request)).toList());
    }

    /** Grants in order of arrival; a request that waits lets nobody overtake it. */
    private Step decided(long newSpent, long newKept, long newOpen, List<Request> wishes) {
        long left = limit - Picodollars.sum(newSpent, newKept);
        long nowOpen = newOpen;
        List<Request> still = new ArrayList<>(wishes.size());
        List<Request> granted = new ArrayList<>();
        List<Request> refused = new ArrayList<>();
        for (Request wish : wishes) {
            if (wish.amount() > left) {
                refused.add(wish);
            } else if (still.isEmpty() && wish.amount() <= left - nowOpen) {
                granted.add(wish);
                nowOpen += wish.amount();
            } else {
                still.add(wish);
            }
        }
        return new Step(
                this, new BudgetState(limit, newSpent, newKept, nowOpen, still), granted, refused);
    }
}
