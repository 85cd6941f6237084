package io.rvbbit.udf.budget;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Where an account's threads meet: one state, replaced as a whole, and the wait for a decision.
 *
 * <p>A test takes it over to try all orders in which threads can meet. Threading: any thread.
 */
class StateCell {
    private final AtomicReference<BudgetState> state;

    StateCell(BudgetState state) {
        this.state = new AtomicReference<>(state);
    }

    final BudgetState get() {
        return state.get();
    }

    /** Takes one step from whatever the state is, and tells whom it decides. */
    final BudgetState.Step step(Function<BudgetState, BudgetState.Step> change) {
        while (true) {
            BudgetState before = state.get();
            BudgetState.Step step = change.apply(before);
            othersMayStep();
            if (state.compareAndSet(before, step.next())) {
                if (!before.waiting().isEmpty()) {
                    othersMayStep();
                }
                step.tell();
                return step;
            }
        }
    }

    /** Called wherever another thread's step can come in between. */
    void othersMayStep() {}

    /** Waits for a decision that has been made and is about to be told. */
    boolean decision(CompletableFuture<Boolean> made) {
        return made.join();
    }

    boolean await(CompletableFuture<Boolean> decision) throws InterruptedException {
        try {
            return decision.get();
        } catch (ExecutionException impossible) {
            throw new CompletionException(impossible.getCause());
        }
    }
}
