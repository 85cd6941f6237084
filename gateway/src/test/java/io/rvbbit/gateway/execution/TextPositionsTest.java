package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import org.junit.jupiter.api.Test;

final class TextPositionsTest {
    @Test
    void unchanged_text_only_moves_by_what_stands_before_it() {
        assertThat(new TextPositions("SELECT x", 0, "SELECT x").inClientText(at(8)).position())
                .isEqualTo(8);
        assertThat(new TextPositions("SELECT x", 10, "SELECT x").inClientText(at(8)).position())
                .isEqualTo(18);
    }

    @Test
    void a_failure_without_a_position_stays_without() {
        SqlException failure = at(0);

        assertThat(new TextPositions("SELECT x", 10, "SELECT y").inClientText(failure))
                .isSameAs(failure);
    }

    @Test
    void before_and_behind_the_replaced_part_every_character_keeps_its_place() {
        String written = "SELECT a FROM pg_catalog.pg_class c WHERE b";
        String rewritten = "SELECT a FROM (SELECT 1 AS oid) c WHERE b";
        TextPositions positions = new TextPositions(written, 0, rewritten);

        for (String name : new String[] {"a FROM", "c WHERE", "b"}) {
            int in = rewritten.lastIndexOf(name) + 1;
            int client = written.lastIndexOf(name) + 1;
            assertThat(positions.inClientText(at(in)).position()).as(name).isEqualTo(client);
        }
    }

    @Test
    void the_end_of_the_text_is_the_end_of_the_text() {
        TextPositions positions = new TextPositions("SELECT $1 +", 0, "SELECT CAST($1 AS INT) +");

        assertThat(positions.inClientText(at(25)).position()).isEqualTo(12);
    }

    @Test
    void a_position_inside_the_replaced_part_is_given_up() {
        TextPositions positions = new TextPositions("SELECT old x", 5, "SELECT entirely_new x");

        assertThat(positions.inClientText(at(12)).position()).isZero();
    }

    @Test
    void characters_beyond_the_basic_plane_count_once() {
        TextPositions positions =
                new TextPositions("SELECT '🦊', old, x", 0, "SELECT '🦊', newer, x");

        assertThat(positions.inClientText(at("SELECT '_', newer, x".length())).position())
                .isEqualTo("SELECT '_', old, x".length());
    }

    private static SqlException at(int position) {
        return new SqlException(SqlState.UNDEFINED_COLUMN, "no column").at(position);
    }
}
