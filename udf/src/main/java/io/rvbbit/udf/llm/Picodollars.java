package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Money as a long, where it is counted at every call: 10⁻¹² US dollars, at most 9.2 million
 * dollars.
 *
 * <p>More than fits is as much as fits.
 */
public final class Picodollars {
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int CENTS = 2;

    private Picodollars() {}

    /** Not less than this amount: fractions are rounded up. */
    public static long atLeast(BigDecimal usd) {
        BigDecimal whole = usd.movePointRight(Usage.COST_SCALE).setScale(0, RoundingMode.CEILING);
        return whole.compareTo(MOST) >= 0 ? Long.MAX_VALUE : whole.longValueExact();
    }

    public static BigDecimal usd(long picodollars) {
        return BigDecimal.valueOf(picodollars, Usage.COST_SCALE);
    }

    /** Such as {@code $0.50} or {@code $0.000123}. */
    public static String words(long picodollars) {
        BigDecimal plain = usd(picodollars).stripTrailingZeros();
        return "$" + plain.setScale(Math.max(CENTS, plain.scale())).toPlainString();
    }

    /** The sum of two amounts that are not negative. */
    public static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
