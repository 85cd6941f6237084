package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Tokens and money of one or several answered model calls.
 *
 * @param costUsd US dollars at scale 12; more digits are rounded half-even
 */
public record Usage(long tokensIn, long tokensOut, BigDecimal costUsd) {
    /** Decimal digits of money everywhere: one picodollar. */
    public static final int COST_SCALE = 12;

    public static final Usage NONE = new Usage(0, 0, BigDecimal.ZERO);

    public Usage {
        if (tokensIn < 0 || tokensOut < 0 || costUsd.signum() < 0) {
            throw new IllegalArgumentException("usage is never negative");
        }
        costUsd = costUsd.setScale(COST_SCALE, RoundingMode.HALF_EVEN);
    }

    public Usage plus(Usage other) {
        return new Usage(
                tokensIn + other.tokensIn, tokensOut + other.tokensOut, costUsd.add(other.costUsd));
    }
}
