package io.rvbbit.udf.estimate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * The cost of a population of which some members, drawn at random, have been paid for.
 *
 * <p>What is known of each member beforehand (its prompt's price) is added up as it is; only the
 * rest is extrapolated: D times its mean, give or take t · s / √m · √(1 − m/D) · D. Threading:
 * stateless.
 */
public final class SampleEstimate {
    private SampleEstimate() {}

    /**
     * @param known the part that is known of all members together
     * @param population how many there are, D
     * @param rest what each of the m sampled members cost beyond its own known part
     */
    public static Interval of(BigDecimal known, long population, List<BigDecimal> rest) {
        if (rest.isEmpty() || rest.size() > population) {
            throw new IllegalArgumentException(
                    rest.size() + " of " + population + " are no sample");
        }
        BigDecimal sum = rest.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal all = BigDecimal.valueOf(population);
        long drawn = rest.size();
        BigDecimal estimate =
                known.add(
                        sum.multiply(all)
                                .divide(BigDecimal.valueOf(drawn), MathContext.DECIMAL128));
        if (drawn == population) {
            return Interval.exactly(estimate);
        }
        BigDecimal floor = known.min(estimate);
        if (drawn == 1) {
            // One value has no spread: all that is sure is what is known.
            return new Interval(estimate, floor, estimate.add(estimate.subtract(floor)));
        }
        double mean = sum.doubleValue() / drawn;
        double squares =
                rest.stream().mapToDouble(each -> Math.pow(each.doubleValue() - mean, 2)).sum();
        double deviation = Math.sqrt(squares / (drawn - 1));
        double half =
                StudentT.quantile(drawn - 1)
                        * deviation
                        / Math.sqrt((double) drawn)
                        * Math.sqrt(1 - (double) drawn / population)
                        * population;
        return Interval.around(estimate, half, half, floor);
    }
}
