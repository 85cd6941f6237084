package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    @Test
    void an_error_points_at_the_character_in_its_line() {
        ServerMessage error =
                new ServerMessage(
                        "ERROR",
                        "42601",
                        "syntax error",
                        Optional.of("a detail"),
                        Optional.of("a hint"),
                        13);

        assertThat(Diagnostics.text(error, "script.sql:7: ", "SELECT '日',\nFRM t\nLIMIT 1"))
                .isEqualTo(
                        """
                        script.sql:7: ERROR:  syntax error
                        LINE 2: FRM t
                                ^
                        DETAIL:  a detail
                        HINT:  a hint
                        """);
    }

    @Test
    void the_caret_stands_below_wide_letters_too() {
        assertThat(Diagnostics.text(at(9), "", "SELECT 日x"))
                .isEqualTo("ERROR:  wrong\nLINE 1: SELECT 日x\n                 ^\n");
    }

    @Test
    void a_long_line_is_cut_around_the_position() {
        String text = Diagnostics.text(at(501), "", "a".repeat(500) + "X" + "b".repeat(500));
        String[] lines = text.split("\n", -1);

        assertThat(lines[1]).startsWith("LINE 1: ...a").endsWith("b...").hasSizeLessThan(150);
        assertThat(lines[1].charAt(lines[2].indexOf('^'))).isEqualTo('X');
    }

    @Test
    void a_position_beyond_the_text_points_behind_it() {
        assertThat(Diagnostics.text(at(99), "", "SELECT"))
                .endsWith("LINE 1: SELECT\n              ^\n");
    }

    @Test
    void without_a_position_no_line_is_shown() {
        assertThat(Diagnostics.text(at(0), "", "SELECT 1")).isEqualTo("ERROR:  wrong\n");
    }

    private static ServerMessage at(int position) {
        return new ServerMessage(
                "ERROR", "42601", "wrong", Optional.empty(), Optional.empty(), position);
    }
}
