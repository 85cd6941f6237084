package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What replies have told of the cost of a model that has no price.
 *
 * <p>Until three replies have told it, calls under a budget take turns. Threading: any thread.
 */
final class LearnedPrice {
    /** Replies with a cost that are enough to let calls run side by side. */
    static final int ENOUGH = 3;

    private final AtomicReference<Seen> seen = new AtomicReference<>(new Seen(0, 0, false));
    private final Semaphore turn = new Semaphore(1, true);

    /**
     * @param dearest picodollars per token
     * @param silent a reply told no cost, and none has told one since
     */
    private record Seen(int replies, long dearest, boolean silent) {
        Seen told(long perToken) {
            return new Seen(Math.min(replies + 1, ENOUGH), Math.max(dearest, perToken), false);
        }
    }

    /** A reply has come; {@code usage} is null where it told none. */
    void answered(@Nullable Usage usage) {
        if (usage == null || !usage.priced()) {
            seen.updateAndGet(now -> now.replies() == 0 ? new Seen(0, now.dearest(), true) : now);
            return;
        }
        BigDecimal tokens = BigDecimal.valueOf(Math.max(1, usage.tokensIn() + usage.tokensOut()));
        long perToken =
                Picodollars.atLeast(
                        usage.costUsd().divide(tokens, Usage.COST_SCALE, RoundingMode.CEILING));
        seen.updateAndGet(now -> now.told(perToken));
    }

    /** Whether replies come without any cost, so that nothing can bound a call's. */
    boolean isSilent() {
        return seen.get().silent();
    }

    boolean isKnown() {
        return seen.get().replies() >= ENOUGH;
    }

    /** What so many tokens may cost; never nothing, so that a used-up budget lets none through. */
    long most(long tokens) {
        BigDecimal most =
                Picodollars.usd(seen.get().dearest()).multiply(BigDecimal.valueOf(tokens));
        return Math.max(1, Picodollars.atLeast(most));
    }

    /** Waits for this call's turn; false if it needs none any more. */
    boolean takeTurn() throws InterruptedException {
        if (isKnown()) {
            return false;
        }
        turn.acquire();
        if (isKnown()) {
            turn.release();
            return false;
        }
        return true;
    }

    void endTurn() {
        turn.release();
    }
}
