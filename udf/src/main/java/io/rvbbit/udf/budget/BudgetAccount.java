package io.rvbbit.udf.budget;

import io.rvbbit.udf.budget.BudgetState.Request;
import io.rvbbit.udf.llm.Picodollars;
import java.util.List;

/**
 * A limit, and what has been spent, kept and set aside under it.
 *
 * <p>Spent + kept + set aside never exceeds the limit unless an attempt costs more than was set
 * aside for it; then nothing more is admitted. Every change is one exchange of the whole state, the
 * waiting included: who gives money back hands it to the first who waits for it, so no wake-up is
 * lost, nobody is overtaken, and no lock is held. Amounts are picodollars. Threading: any thread.
 */
public final class BudgetAccount implements Budget {
    private final String title;
    private final String hint;
    private final StateCell cell;

    /**
     * @param title such as {@code the statement's budget}
     * @param hint what to do when it is used up
     */
    public BudgetAccount(String title, String hint, long limit) {
        this(title, hint, limit, 0, 0);
    }

    /** With what is known to be spent and kept already. */
    public BudgetAccount(String title, String hint, long limit, long spent, long kept) {
        this(title, hint, new StateCell(new BudgetState(limit, spent, kept, 0, List.of())));
    }

    BudgetAccount(String title, String hint, StateCell cell) {
        this.title = title;
        this.hint = hint;
        this.cell = cell;
    }

    @Override
    public BudgetAccount account() {
        return this;
    }

    /**
     * Sets an amount aside, after those who came before.
     *
     * @return false if there is too little left even if nothing were set aside
     */
    boolean reserve(long amount) throws InterruptedException {
        Request request = new Request(amount);
        cell.step(state -> state.requested(request));
        if (request.granted().isDone()) {
            return request.granted().resultNow();
        }
        try {
            return cell.await(request.granted());
        } catch (InterruptedException cancelled) {
            withdraw(request);
            throw cancelled;
        }
    }

    private void withdraw(Request request) {
        BudgetState.Step step = cell.step(state -> state.withdrawn(request));
        // Decided by somebody who is about to say so: what was granted is ours to give back.
        if (step.decidedBefore(request) && cell.decision(request.granted())) {
            release(request.amount());
        }
    }

    void settle(long reserved, long actual) {
        cell.step(state -> state.concluded(reserved, actual, 0));
    }

    void keep(long reserved) {
        cell.step(state -> state.concluded(reserved, 0, reserved));
    }

    void release(long reserved) {
        cell.step(state -> state.concluded(reserved, 0, 0));
    }

    /** What is left if all attempts in flight cost nothing. */
    long left() {
        return cell.get().left();
    }

    /** Spent for certain, in picodollars. */
    public long spent() {
        return cell.get().spent();
    }

    /** Set aside for ever, in picodollars: for attempts whose cost nobody knows. */
    public long kept() {
        return cell.get().kept();
    }

    public long limit() {
        return cell.get().limit();
    }

    BudgetState state() {
        return cell.get();
    }

    String hint() {
        return hint;
    }

    /** Such as {@code $0.98 of the statement's budget of $1.00 is spent}. */
    String summary() {
        BudgetState now = cell.get();
        String spent =
                "%s of %s of %s is spent"
                        .formatted(
                                Picodollars.words(now.spent()),
                                title,
                                Picodollars.words(now.limit()));
        return now.kept() == 0
                ? spent
                : spent
                        + ", and "
                        + Picodollars.words(now.kept())
                        + " is held for calls whose cost is not known";
    }

    /** Such as {@code the statement's budget of $1.00}. */
    String named() {
        return title + " of " + Picodollars.words(limit());
    }
}
