package io.rvbbit.udf.estimate;

import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount in US dollars that is not known exactly, and where it is in 95 of 100 cases.
 *
 * <p>Threading: immutable.
 */
public record Interval(BigDecimal estimate, BigDecimal low, BigDecimal high) {
    public static final Interval ZERO = exactly(BigDecimal.ZERO);

    public Interval {
        estimate = scaled(estimate);
        low = scaled(low);
        high = scaled(high);
    }

    static Interval exactly(BigDecimal amount) {
        return new Interval(amount, amount, amount);
    }

    /** {@code floor}: it cannot be less. */
    static Interval around(BigDecimal estimate, double below, double above, BigDecimal floor) {
        BigDecimal low = estimate.subtract(BigDecimal.valueOf(below)).max(floor);
        return new Interval(estimate, low.min(estimate), estimate.add(BigDecimal.valueOf(above)));
    }

    /** Nothing is beyond the bound, which is at least the estimate of a bounded amount. */
    Interval within(BigDecimal most) {
        return new Interval(estimate.min(most), low.min(most), high.min(most));
    }

    private static BigDecimal scaled(BigDecimal amount) {
        return amount.setScale(Usage.COST_SCALE, RoundingMode.HALF_EVEN);
    }
}
