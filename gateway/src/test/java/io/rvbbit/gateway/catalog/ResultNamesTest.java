package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResultNamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT count(*) FROM t | count",
                "SELECT 1 | ?column?",
                "SELECT 'a'::text | text",
                "SELECT sum(cost) FROM t GROUP BY x | sum",
                "SELECT a + 1 FROM t | ?column?",
                "SELECT coalesce(a, 0) AS b FROM t | engine",
                "SELECT rvbbit_run('c', x) FROM t | rvbbit_run",
                "WITH c AS (SELECT max(a) FROM t) SELECT min(a) FROM c | min",
                "SELECT count(*) FROM t UNION SELECT 2 | count",
                "SELECT * FROM t | engine",
                "SELECT a FROM t | engine",
            })
    void unnamed_columns_are_called_as_in_postgresql(String sql, String name) {
        assertThat(ResultNames.of(sql, List.of("engine"))).containsExactly(name);
    }

    @Test
    void a_list_that_does_not_match_the_columns_keeps_the_engines_names() {
        assertThat(ResultNames.of("SELECT 1, t.*, u.* FROM t, u", List.of("1", "a", "b")))
                .containsExactly("1", "a", "b");
        assertThat(ResultNames.of("SELECT 1, 2", List.of("1"))).containsExactly("1");
    }

    @Test
    void columns_beside_one_star_have_their_own_names() {
        assertThat(ResultNames.of("SELECT 1, t.*, count(*) FROM t", List.of("1", "a", "b", "n")))
                .containsExactly("?column?", "a", "b", "count");
        assertThat(ResultNames.of("SELECT t.*, 1 FROM t", List.of("1")))
                .containsExactly("?column?");
    }
}
