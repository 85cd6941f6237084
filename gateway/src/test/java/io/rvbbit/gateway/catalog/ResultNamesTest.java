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
        assertThat(ResultNames.of("SELECT 1, t.* FROM t", List.of("1", "a", "b")))
                .containsExactly("1", "a", "b");
    }
}
