package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's account with its allowance, from before it leaves until its cost is known.
 *
 * <p>Closed without having ended: an attempt that had left keeps what it has set aside, any other
 * gives it back. Threading: the sending thread.
 */
final class Charge implements AutoCloseable {
    private final Allowance.Reservation reservation;
    private final @Nullable LearnedPrice learned;
    private final boolean turn;
    private boolean sent;
    private boolean over;

    /**
     * @param learned of a model without price
     * @param turn whether the attempt holds that model's turn
     */
    Charge(Allowance.Reservation reservation, @Nullable LearnedPrice learned, boolean turn) {
        this.reservation = reservation;
        this.learned = learned;
        this.turn = turn;
    }

    /** From now on the endpoint may have heard of it. */
    void sent() {
        sent = true;
    }

    void ended(Outcome outcome) {
        Usage usage = outcome.usage();
        if (learned != null && (usage != null || outcome instanceof Outcome.Answered)) {
            learned.answered(usage);
        }
        over = true;
        if (usage != null && usage.priced()) {
            reservation.settle(Picodollars.atLeast(usage.costUsd()));
        } else if (outcome instanceof Outcome.Failed failed && failed.unbilled()) {
            reservation.release();
        } else {
            reservation.keep();
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            if (sent) {
                reservation.keep();
            } else {
                reservation.release();
            }
        }
        if (turn && learned != null) {
            learned.endTurn();
        }
    }
}
