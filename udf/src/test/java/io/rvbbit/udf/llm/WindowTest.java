package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WindowTest {
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final Window window = new Window();

    @Test
    void until_the_first_429_it_bounds_nothing() {
        window.answered();

        assertThat(window.size()).isEqualTo(UNBOUNDED);
        assertThat(window.hasRoom(1_000_000)).isTrue();
    }

    @Test
    void a_429_halves_what_is_in_flight() {
        window.refused(64, 10, 64);

        assertThat(window.size()).isEqualTo(32);
        assertThat(window.hasRoom(31)).isTrue();
        assertThat(window.hasRoom(32)).isFalse();
    }

    @Test
    void a_crowd_that_left_together_halves_once() {
        for (int i = 0; i < 64; i++) {
            window.refused(64 - i, i + 1, 64);
        }
        assertThat(window.size()).isEqualTo(32);

        window.refused(32, 65, 96);
        assertThat(window.size()).isEqualTo(16);
    }

    @Test
    void a_windowful_of_answers_adds_one_until_it_is_what_it_was() {
        window.refused(8, 1, 8);
        answers(4 + 5 + 6);
        assertThat(window.size()).isBetween(6, 7);

        answers(7 + 8);
        assertThat(window.size()).isEqualTo(UNBOUNDED);
    }

    @Test
    void it_never_closes() {
        for (int i = 1; i <= 20; i++) {
            window.refused(window.size() == UNBOUNDED ? 3 : window.size(), i, i);
        }

        assertThat(window.hasRoom(0)).isTrue();
        assertThat(window.size()).isEqualTo(1);
    }

    private void answers(int count) {
        for (int i = 0; i < count; i++) {
            window.answered();
        }
    }
}
