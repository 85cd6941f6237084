package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RowPaceTest {
    private long now = 5_000_000_000L;
    private final RowPace pace = new RowPace(() -> now);

    private void passes(Duration time) {
        now += time.toNanos();
    }

    private void answered(int answers) {
        for (int i = 0; i < answers; i++) {
            pace.answered();
        }
    }

    @Test
    void nothing_is_known_before_the_first_answer() {
        pace.begin();
        passes(Duration.ofSeconds(3));

        assertThat(pace.secondsFor(10)).isEmpty();
        assertThat(pace.secondsFor(0)).hasValue(0);
    }

    @Test
    void answers_go_on_coming_as_they_came() {
        pace.begin();
        passes(Duration.ofSeconds(4));
        answered(8);

        assertThat(pace.secondsFor(8)).hasValue(4);
        assertThat(pace.secondsFor(1)).hasValue(1);
    }

    @Test
    void time_counts_from_the_first_row_on() {
        passes(Duration.ofHours(1));
        pace.begin();
        passes(Duration.ofSeconds(2));
        answered(1);

        assertThat(pace.secondsFor(3)).hasValue(6);
    }

    @Test
    void what_came_at_once_at_the_beginning_is_soon_forgotten() {
        pace.begin();
        answered(10_000);
        for (int second = 0; second < 40; second++) {
            passes(Duration.ofSeconds(1));
            answered(2);
        }

        assertThat(pace.secondsFor(60)).hasValue(29);
    }

    @Test
    void after_a_pause_the_whole_time_counts() {
        pace.begin();
        passes(Duration.ofSeconds(20));
        answered(10);
        passes(Duration.ofSeconds(80));

        assertThat(pace.secondsFor(2)).hasValue(20);
    }
}
