package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BookQueryTest {
    private static final List<BookColumn> COLUMNS =
            List.of(
                    new BookColumn("caller_id", BookType.TEXT),
                    new BookColumn("event_type", BookType.TEXT),
                    new BookColumn("cost", BookType.MONEY),
                    new BookColumn("tokens_in", BookType.BIGINT),
                    new BookColumn("cache_hit", BookType.BOOLEAN),
                    new BookColumn("timestamp", BookType.TIMESTAMPTZ));

    private static final Pattern TOLD =
            Pattern.compile("rvbbit\\.main\\._rvbbit_rows_(\\w+)\\('((?:[^']|'')*)'\\)");

    private final BookQuery query =
            new BookQuery(
                    List.of(
                            new BookTable("all_data", COLUMNS),
                            new BookTable("calls", COLUMNS, false)));

    private static Condition is(String column, String operator, String... values) {
        return new Condition(column, operator, List.of(values));
    }

    private List<Condition> told(String sql) {
        Matcher told = TOLD.matcher(query.rewrite(sql));
        return told.find() ? BookQuery.conditions(told.group(2).replace("''", "'")) : List.of();
    }

    @Test
    void the_table_is_read_with_its_conditions_and_the_where_stays() {
        assertThat(query.rewrite("SELECT sum(cost) FROM all_data WHERE caller_id = 'o''x' LIMIT 1"))
                .isEqualTo(
                        "SELECT sum(cost) FROM  rvbbit.main._rvbbit_rows_all_data("
                                + "'[{\"column\":\"caller_id\",\"operator\":\"=\",\"values\":[\"o''x\"]}]') AS \"all_data\""
                                + " WHERE caller_id = 'o''x' LIMIT 1");
        assertThat(query.rewrite("FROM rvbbit.calls AS c WHERE c.cost > 0"))
                .isEqualTo(
                        "FROM  rvbbit.main._rvbbit_rows_calls("
                                + "'[{\"column\":\"cost\",\"operator\":\">\",\"values\":[\"0\"]}]') AS c WHERE c.cost > 0");
    }

    @Test
    void every_part_of_an_and_that_compares_a_column_with_a_literal_is_told() {
        assertThat(
                        told(
                                "select 1 from ALL_DATA a where a.caller_id in ('x', 'y') and Cost >= -0.5"
                                        + " and tokens_in < 7 and upper(event_type) = 'Z' and cache_hit"
                                        + " and cost between 1 and 2 and event_type = 'e' group by 1"))
                .containsExactly(
                        is("caller_id", "=", "x", "y"),
                        is("cost", ">=", "-0.5"),
                        is("tokens_in", "<", "7"),
                        is("event_type", "=", "e"));
        assertThat(
                        told(
                                "SELECT (SELECT sum(cost) FROM all_data WHERE event_type = 'e') AS s, x FROM t"))
                .containsExactly(is("event_type", "=", "e"));
        assertThat(
                        told(
                                "WITH a AS (SELECT * FROM all_data WHERE event_type = 'e' UNION ALL SELECT 1) FROM a"))
                .containsExactly(is("event_type", "=", "e"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM all_data",
                "SELECT * FROM all_data WHERE caller_id = 'x' OR cost > 0",
                "SELECT * FROM all_data WHERE NOT caller_id = 'x'",
                "SELECT * FROM all_data WHERE caller_id = 'x' IS NULL",
                "SELECT * FROM all_data WHERE (caller_id = 'x') IS NOT TRUE",
                "SELECT * FROM all_data WHERE CASE WHEN true AND caller_id = 'x' AND true THEN true END",
                "SELECT * FROM all_data WHERE caller_id BETWEEN 'a' AND caller_id = 'x'",
                "SELECT * FROM all_data WHERE caller_id <> 'x'",
                "SELECT * FROM all_data WHERE caller_id = event_type",
                "SELECT * FROM all_data WHERE caller_id = $1",
                "SELECT * FROM all_data WHERE caller_id = E'x'",
                "SELECT * FROM all_data WHERE caller_id = 'x' || 'y'",
                "SELECT * FROM all_data WHERE caller_id = 'x' 'y'",
                "SELECT * FROM all_data WHERE caller_id < 'x'",
                "SELECT * FROM all_data WHERE caller_id = 5",
                "SELECT * FROM all_data WHERE cost = '5'",
                "SELECT * FROM all_data WHERE cost > 1e5",
                "SELECT * FROM all_data WHERE cost > 0::INT",
                "SELECT * FROM all_data WHERE timestamp > '2026-01-01'",
                "SELECT * FROM all_data WHERE b.caller_id = 'x'",
                "SELECT * FROM all_data a WHERE all_data.caller_id = 'x'",
                "SELECT * FROM all_data WHERE rvbbit.all_data.caller_id = 'x' AND cost > 0",
                "SELECT * FROM all_data, b WHERE caller_id = 'x'",
                "SELECT * FROM all_data a JOIN b USING (i) WHERE a.caller_id = 'x'",
                "SELECT * FROM b LEFT JOIN all_data ON true WHERE caller_id = 'x'",
                "SELECT * FROM all_data a (x, y) WHERE cost > 0",
                "WITH all_data AS (SELECT 1 AS cost) SELECT * FROM all_data WHERE cost > 0",
                "WITH all_data (cost) AS (SELECT 1) SELECT * FROM all_data WHERE cost > 0",
                "SELECT * FROM calls WHERE cost > 0",
                "SELECT 1 FROM all_data a WHERE a.caller_id = 'x' AND o.order = 1 OR a.cost > 0",
                "SELECT * FROM all_data WHERE (SELECT max(v) AS end FROM t WHERE k = 1 AND caller_id = 'x' AND m = 2) IS NULL",
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM all_data WHERE o.case = 1) AND cost > 0 GROUP BY 1",
                "WITH \"All_Data\" AS (SELECT 1 AS cost) SELECT * FROM all_data WHERE cost > 0",
                "SELECT o.x IS DISTINCT FROM all_data WHERE cost > 0",
                "SELECT * FROM all_data WHERE caller_id = 'x' USING SAMPLE 10 ROWS",
                "SELECT * FROM all_data WHERE caller_id = '{fn now()}'",
                "SELECT * FROM all_data WHERE cost = 10000000",
                "SELECT * FROM all_data WHERE cost < 1.0000000000001",
                "SELECT * FROM all_data WHERE tokens_in < 1.5",
                "SELECT * FROM all_data WHERE (cost > 0] AND cost > 0",
                "SELECT * FROM other.all_data WHERE cost > 0",
                "DELETE FROM all_data WHERE caller_id = 'x'",
                "UPDATE t SET a = 1 FROM all_data WHERE caller_id = 'x'",
                "CREATE VIEW v AS SELECT * FROM all_data WHERE caller_id = 'x'",
                "SELECT 'FROM all_data WHERE cost > 0'",
                "SELECT * FROM all_data WHERE",
                "SELECT * FROM all_data WHERE cost > 0 AND (caller_id = 'x'",
            })
    void everything_else_is_left_alone(String sql) {
        assertThat(query.rewrite(sql)).isSameAs(sql);
    }

    @Test
    void names_that_touch_and_words_that_are_names_are_read_right() {
        assertThat(query.rewrite("SELECT * FROM\"all_data\"WHERE cost > 0"))
                .startsWith("SELECT * FROM rvbbit.main._rvbbit_rows_all_data('")
                .endsWith(" AS \"all_data\"WHERE cost > 0");
        assertThat(
                        told(
                                "SELECT 1 FROM all_data WHERE o.case = 1 AND (SELECT 1 AS end) = 1 AND cost > 0 ORDER BY o.or"))
                .containsExactly(is("cost", ">", "0"));
    }

    @Test
    void too_many_conditions_are_not_told() {
        String list = "'sql-clever-fox-abc123', ".repeat(2_000) + "'x'";
        String sql = "SELECT * FROM all_data WHERE caller_id IN (" + list + ")";
        assertThat(query.rewrite(sql)).isSameAs(sql);
    }
}
