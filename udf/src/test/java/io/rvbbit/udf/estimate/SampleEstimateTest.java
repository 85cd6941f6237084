package io.rvbbit.udf.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SampleEstimateTest {
    private static final int QUERIES = 1_000;
    private static final BigDecimal PER_TOKEN = new BigDecimal("0.0000006");

    /** Lengths of answers: log-normal, the longest tenth over twice as long as the middle. */
    private static List<BigDecimal> answers(Random random, int population) {
        List<BigDecimal> costs = new ArrayList<>();
        for (int i = 0; i < population; i++) {
            long tokens = Math.max(1, Math.round(Math.exp(4 + 0.5 * random.nextGaussian())));
            costs.add(PER_TOKEN.multiply(BigDecimal.valueOf(tokens)));
        }
        return costs;
    }

    @ParameterizedTest
    @CsvSource({"200, 30, 7", "1000, 30, 11", "5000, 50, 13"})
    void the_interval_holds_the_cost_of_95_queries_in_100(int population, int drawn, long seed) {
        Random random = new Random(seed);
        int held = 0;
        double width = 0;
        for (int query = 0; query < QUERIES; query++) {
            List<BigDecimal> costs = answers(random, population);
            BigDecimal known = new BigDecimal("0.01");
            BigDecimal truth = costs.stream().reduce(known, BigDecimal::add);
            Collections.shuffle(costs, random);

            Interval told = SampleEstimate.of(known, population, costs.subList(0, drawn));

            boolean holds = told.low().compareTo(truth) <= 0 && truth.compareTo(told.high()) <= 0;
            held += holds ? 1 : 0;
            width +=
                    told.high().subtract(told.low()).doubleValue()
                            / 2
                            / told.estimate().doubleValue();
        }
        assertThat(held).isBetween(930, 970);
        assertThat(width / QUERIES).isLessThan(0.2);
    }

    @Test
    void whoever_asks_everybody_knows() {
        Interval told =
                SampleEstimate.of(
                        BigDecimal.ONE, 3, List.of(BigDecimal.ONE, BigDecimal.TWO, BigDecimal.TEN));

        assertThat(told).isEqualTo(Interval.exactly(new BigDecimal("14")));
    }

    @Test
    void equal_answers_leave_no_doubt() {
        Interval told = SampleEstimate.of(BigDecimal.ZERO, 100, Collections.nCopies(5, PER_TOKEN));

        assertThat(told).isEqualTo(Interval.exactly(new BigDecimal("0.00006")));
    }

    @Test
    void one_answer_is_extrapolated_with_all_doubt() {
        Interval told = SampleEstimate.of(BigDecimal.ONE, 10, List.of(BigDecimal.ONE));

        assertThat(told)
                .isEqualTo(
                        new Interval(new BigDecimal("11"), BigDecimal.ONE, new BigDecimal("21")));
    }

    @Test
    void the_half_width_is_that_of_a_finite_population() {
        List<BigDecimal> rest = Stream.of("1", "2", "3", "4").map(BigDecimal::new).toList();

        Interval told = SampleEstimate.of(new BigDecimal("100"), 16, rest);

        // 3.1824 · 1.29099 / √4 · √(1 − 4/16) · 16
        assertThat(told.estimate()).isEqualByComparingTo("140");
        assertThat(told.high().doubleValue()).isCloseTo(140 + 28.464, within(0.01));
        assertThat(told.low().doubleValue()).isCloseTo(140 - 28.464, within(0.01));
    }

    @Test
    void no_answers_are_no_sample() {
        assertThatThrownBy(() -> SampleEstimate.of(BigDecimal.ONE, 3, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 12.706",
        "2, 4.303",
        "4, 2.776",
        "5, 2.571",
        "9, 2.262",
        "29, 2.045",
        "120, 1.980",
        "100000, 1.960"
    })
    void quantiles_are_those_of_the_tables(long freedom, double expected) {
        assertThat(StudentT.quantile(freedom)).isCloseTo(expected, within(0.002));
    }
}
