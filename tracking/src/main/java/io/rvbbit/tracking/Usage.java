package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Tokens and money of one or several answered model calls.
 *
 * @param costUsd US dollars at scale 12; more digits are rounded half-even
 * @param priced false if part of the cost is not known because the endpoint reported none and no
 *     price is configured; {@code costUsd} is then the part that is known, and an attempt that is
 *     not priced has no cost in the books
 */
public record Usage(long tokensIn, long tokensOut, BigDecimal costUsd, boolean priced) {
    /** Decimal digits of money everywhere: one picodollar. */
    public static final int COST_SCALE = 12;

    public static final Usage NONE = new Usage(0, 0, BigDecimal.ZERO);

    public Usage(long tokensIn, long tokensOut, BigDecimal costUsd) {
        this(tokensIn, tokensOut, costUsd, true);
    }

    public Usage {
        if (tokensIn < 0 || tokensOut < 0 || costUsd.signum() < 0) {
            throw new IllegalArgumentException("usage is never negative");
        }
        costUsd = costUsd.setScale(COST_SCALE, RoundingMode.HALF_EVEN);
    }

    /** An answered call that nobody can put a price on. */
    public static Usage unpriced(long tokensIn, long tokensOut) {
        return new Usage(tokensIn, tokensOut, BigDecimal.ZERO, false);
    }

    public Usage plus(Usage other) {
        return new Usage(
                tokensIn + other.tokensIn,
                tokensOut + other.tokensOut,
                costUsd.add(other.costUsd),
                priced && other.priced);
    }
}
