package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(ints = {60, 600, 6_000, 60_000, 1_000_000})
    void a_limit_is_used_and_never_exceeded_in_any_second_or_minute(int perMinute) {
        List<Long> left = departures(new Pace(perMinute), 120 * SECOND, 0);

        assertThat(left.size()).isBetween((int) (2 * perMinute * 0.98), 2 * perMinute);
        assertThat(mostWithin(left, SECOND)).isLessThanOrEqualTo(perMinute / 60);
        assertThat(mostWithin(left, 60 * SECOND)).isLessThanOrEqualTo(perMinute);
    }

    @Test
    void what_is_a_little_late_is_made_up_for() {
        List<Long> left = departures(new Pace(6_000), 60 * SECOND, Pace.SLACK / 2);

        assertThat(left.size()).isBetween(5_880, 6_000);
        assertThat(mostWithin(left, SECOND)).isLessThanOrEqualTo(100);
    }

    @Test
    void time_in_which_nobody_asked_is_not_saved_up() {
        Pace pace = new Pace(6_000);
        pace.charge(0, 1);

        assertThat(departuresFrom(pace, 3_600 * SECOND, 3_601 * SECOND)).hasSizeBetween(98, 100);
    }

    @Test
    void without_a_limit_nothing_waits() {
        Pace pace = new Pace(0);
        pace.charge(5, 1_000);

        assertThat(pace.earliest()).isEqualTo(Long.MIN_VALUE);
        assertThat(pace.perMinute()).isZero();
    }

    @Test
    void the_smaller_of_the_configured_and_the_told_limit_counts() {
        Pace pace = new Pace(600);

        pace.told(6_000);
        assertThat(pace.perMinute()).isEqualTo(600);
        pace.told(60);
        assertThat(pace.perMinute()).isEqualTo(60);
    }

    @Test
    void what_was_charged_too_much_comes_back_and_too_little_is_owed() {
        Pace one = new Pace(60_000);
        one.charge(0, 500);
        one.correct(0, -400);
        Pace other = new Pace(60_000);
        other.charge(0, 50);
        other.correct(0, 50);
        Pace exact = new Pace(60_000);
        exact.charge(0, 100);

        assertThat(one.earliest()).isCloseTo(exact.earliest(), within(2L));
        assertThat(other.earliest()).isCloseTo(exact.earliest(), within(2L));
    }

    @Test
    void an_absurd_claim_holds_the_lane_up_for_a_minute_only() {
        Pace pace = new Pace(1_000);

        pace.correct(0, Long.MAX_VALUE);

        assertThat(pace.earliest()).isLessThan(62 * SECOND);
    }

    @Test
    void what_comes_back_too_late_to_go_sooner_is_spent_later_a_second_at_most() {
        Pace pace = new Pace(60_000);
        pace.charge(0, 100);
        pace.correct(SECOND, -50);
        pace.charge(SECOND, 100);
        Pace exact = new Pace(60_000);
        exact.charge(SECOND, 50);
        assertThat(pace.earliest()).isCloseTo(exact.earliest(), within(2L));

        pace.correct(10 * SECOND, -60_000);
        pace.charge(10 * SECOND, 2_000);
        assertThat(pace.earliest()).isBetween(11 * SECOND, 12 * SECOND);
    }

    private static List<Long> departures(Pace pace, long until, long late) {
        List<Long> left = new ArrayList<>();
        for (long now = 0; now < until; now = Math.max(now, pace.earliest()) + late) {
            if (now >= pace.earliest()) {
                left.add(now);
                pace.charge(now, 1);
            }
        }
        return left;
    }

    private static List<Long> departuresFrom(Pace pace, long from, long until) {
        List<Long> left = new ArrayList<>();
        for (long now = from; now < until; now = Math.max(now, pace.earliest())) {
            left.add(now);
            pace.charge(now, 1);
        }
        return left;
    }

    private static int mostWithin(List<Long> times, long span) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= span) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
