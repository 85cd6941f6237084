package io.rvbbit.udf.llm;

import java.util.Optional;

/**
 * What a call may cost: asked before each attempt, told after it.
 *
 * <p>Amounts are picodollars. Threading: any thread.
 */
public interface Allowance {
    /** The bound on a call's output under a budget, where neither cell nor statement says one. */
    int DEFAULT_MAX_TOKENS = 1_024;

    /** Nothing is counted. */
    Allowance UNLIMITED =
            new Allowance() {
                @Override
                public boolean limited() {
                    return false;
                }

                @Override
                public Reservation reserve(long most, long least) {
                    return Reservation.NONE;
                }

                @Override
                public Optional<ModelException> exhausted() {
                    return Optional.empty();
                }
            };

    /** Whether {@link #reserve} may refuse, so that a call needs a bound on its cost. */
    boolean limited();

    /** Whether a model is refused whose replies tell no cost and which has no price. */
    default boolean needsPrice() {
        return limited();
    }

    /**
     * Sets aside the most that one attempt can cost.
     *
     * <p>Waits while other attempts have set aside what this one needs.
     *
     * @param least what any call of this kind needs, however short its prompt
     * @throws ModelException of class {@link ModelException#BUDGET} if there is too little left
     *     even if all others gave everything back
     */
    Reservation reserve(long most, long least) throws InterruptedException;

    /**
     * Why no further call can be had; empty as long as one may, and before one was refused.
     *
     * <p>Asked before a row is begun, so that rows without hope cost nothing at all.
     */
    Optional<ModelException> exhausted();

    /** An amount set aside for one attempt; ends once, in one of three ways. */
    interface Reservation {
        Reservation NONE =
                new Reservation() {
                    @Override
                    public void settle(long actual) {}

                    @Override
                    public void keep() {}

                    @Override
                    public void release() {}
                };

        /** The attempt has cost this much, which may be more than was set aside. */
        void settle(long actual);

        /** Nobody knows what the attempt has cost: all of it counts as spent. */
        void keep();

        /** The attempt has cost nothing: all of it is given back. */
        void release();
    }
}
