package io.rvbbit.udf.estimate;

import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

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
    public Interval within(BigDecimal most) {
        return new Interval(estimate.min(most), low.min(most), high.min(most));
    }

    /** Of amounts that have nothing to do with each other: what is off adds up as squares. */
    public static Interval sum(List<Interval> parts) {
        BigDecimal estimate = BigDecimal.ZERO;
        double below = 0;
        double above = 0;
        for (Interval part : parts) {
            estimate = estimate.add(part.estimate);
            below = Math.hypot(below, part.estimate.subtract(part.low).doubleValue());
            above = Math.hypot(above, part.high.subtract(part.estimate).doubleValue());
        }
        return parts.size() == 1
                ? parts.getFirst()
                : around(estimate, below, above, BigDecimal.ZERO);
    }

    private static BigDecimal scaled(BigDecimal amount) {
        return amount.setScale(Usage.COST_SCALE, RoundingMode.HALF_EVEN);
    }
}
