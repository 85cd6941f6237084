package io.rvbbit.udf.estimate;

import io.rvbbit.udf.cascade.CellChance;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a cell's calls cost, and how far off that may be. Threading: immutable.
 *
 * @param estimate null where nothing tells it
 * @param spread half the width of an interval that comes of chance: those of several cells add up
 *     as squares
 * @param below how much less it may be, as far as that is ignorance, which adds up as it is
 * @param floor it cannot be less
 */
record CellCost(
        @Nullable BigDecimal estimate,
        double spread,
        double below,
        double above,
        BigDecimal floor) {
    static final CellCost NOTHING = new CellCost(BigDecimal.ZERO, 0, 0, 0, BigDecimal.ZERO);
    static final CellCost UNKNOWN = new CellCost(null, 0, 0, 0, BigDecimal.ZERO);

    static CellCost spread(BigDecimal estimate, double half, BigDecimal floor) {
        return new CellCost(estimate, half, 0, 0, floor);
    }

    static CellCost guessed(BigDecimal estimate, double below, double above, BigDecimal floor) {
        return new CellCost(estimate, 0, below, above, floor);
    }

    CellCost plus(CellCost other) {
        return new CellCost(
                estimate == null || other.estimate == null ? null : estimate.add(other.estimate),
                Math.hypot(spread, other.spread),
                below + other.below,
                above + other.above,
                floor.add(other.floor));
    }

    /** Of calls that are made in a share of all cases: any of them may be, or none. */
    CellCost shared(CellChance chance) {
        if (chance.certain() || estimate == null) {
            return this;
        }
        double share = chance.share();
        BigDecimal expected = estimate.multiply(BigDecimal.valueOf(share));
        double whole = estimate.doubleValue();
        return new CellCost(
                expected, spread, share * whole, (1 - share) * whole + above, BigDecimal.ZERO);
    }

    @Nullable Interval interval() {
        return estimate == null
                ? null
                : Interval.around(estimate, below + spread, above + spread, floor);
    }
}
