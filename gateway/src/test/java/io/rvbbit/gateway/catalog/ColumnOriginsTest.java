package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnOriginsTest {
    private static Optional<List<NamedColumn>> tables(String schema, String name) {
        return switch (schema + "." + name) {
            case ".t", "public.t" ->
                    Optional.of(
                            List.of(
                                    new NamedColumn("a", new ColumnOrigin(7, 1, 0)),
                                    new NamedColumn("b", new ColumnOrigin(7, 2, 0))));
            case ".u", "public.u" ->
                    Optional.of(List.of(new NamedColumn("c", new ColumnOrigin(8, 1, 99))));
            default -> Optional.empty();
        };
    }

    private static String origins(String sql, int columns) {
        return ColumnOrigins.of(sql, columns, ColumnOriginsTest::tables).stream()
                .map(origin -> origin.table() + "." + origin.attribute() + "." + origin.type())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM t | 7.1.0 7.2.0",
                "SELECT b, a AS x, a y FROM public.t | 7.2.0 7.1.0 7.1.0",
                "SELECT t.*, u.* FROM t JOIN u ON t.a = u.c | 7.1.0 7.2.0 8.1.99",
                "SELECT z.c, count(*) FROM t, u AS z GROUP BY 1 | 8.1.99 0.0.0",
                "SELECT a + 1, -a, lower(b), 'x', NULL FROM t | 0.0.0 0.0.0 0.0.0 0.0.0 0.0.0",
                "SELECT x FROM (SELECT a AS x FROM t) s WHERE x > 1 | 7.1.0",
                "SELECT s.* FROM (SELECT b, 1 AS one FROM t) AS s | 7.2.0 0.0.0",
                "WITH q AS (SELECT c FROM u) SELECT * FROM q, t | 8.1.99 7.1.0 7.2.0",
                "SELECT c FROM u UNION ALL SELECT c FROM u | 0.0.99",
                "SELECT c FROM u UNION ALL SELECT a FROM t | 0.0.0",
                "(SELECT a FROM t ORDER BY b) | 7.1.0",
                "SELECT DISTINCT ON (a) a, b FROM t LIMIT 3 | 7.1.0 7.2.0",
                "INSERT INTO t (b, a) SELECT 1, 2 FROM u RETURNING a, t.b, a + 1 | 7.1.0 7.2.0 0.0.0",
                "UPDATE public.t AS x SET a = 1 WHERE b = 2 RETURNING * | 7.1.0 7.2.0",
                "DELETE FROM t x WHERE a = 1 RETURNING x.b | 7.2.0",
                "SELECT a IS DISTINCT FROM b, b FROM t | 0.0.0 7.2.0",
                "SELECT extract(year FROM a), a FROM t | 0.0.0 7.1.0",
                "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u) | 7.1.0",
                "SELECT g, a FROM generate_series(1, 2) g, t | 0.0.0 0.0.0",
                "SELECT g, t.a FROM generate_series(1, 2) g, t | 0.0.0 7.1.0",
                "SELECT CASE WHEN a = 1 THEN oid ELSE NULL END x FROM t, pg_class p | 0.0.26",
                "SELECT CASE WHEN true THEN p.oid ELSE 1 END FROM pg_class p | 0.0.0",
                "SELECT coalesce(p.oid, NULL, relnamespace) AS x FROM pg_class p | 0.0.26",
                "SELECT (SELECT max(oid) FROM pg_type) AS x, (SELECT 1), a FROM t | 0.0.26 0.0.0 7.1.0",
                "SELECT array_agg(oid ORDER BY oid), array_agg(1) FROM pg_type | 0.0.1028 0.0.0",
                "WITH q(x, y) AS (SELECT a, c FROM t, u) SELECT y, x FROM q | 8.1.99 7.1.0",
                "WITH t(a) AS (SELECT c FROM u) SELECT a FROM t | 8.1.99",
                "WITH RECURSIVE q(x) AS (SELECT oid FROM pg_type UNION ALL SELECT x FROM q) SELECT * FROM q | 0.0.26",
                "WITH RECURSIVE q AS (SELECT c FROM u UNION SELECT 1) SELECT c FROM q | 0.0.0"
            })
    void plain_columns_keep_their_table(String sql, String expected) {
        assertThat(origins(sql, expected.split(" ").length)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM t JOIN t t2 USING (a) | 3",
                "SELECT *, g.* FROM generate_series(1, 2) g, t | 4",
                "SELECT * FROM nowhere | 2",
                "SELECT COLUMNS('a') FROM t | 1",
                "SELECT * EXCLUDE (a) FROM t | 1",
                "FROM t | 2",
                "DELETE FROM t USING u WHERE a = c RETURNING a | 1",
                "SELECT a FROM t) | 1",
                "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a FROM t) SELECT a FROM t | 1"
            })
    void where_the_text_does_not_tell_no_origin_is_claimed(String sql, int columns) {
        assertThat(ColumnOrigins.of(sql, columns, ColumnOriginsTest::tables))
                .hasSize(columns)
                .containsOnly(ColumnOrigin.NONE);
    }

    @Test
    void columns_of_the_catalogue_have_the_types_of_postgresql() {
        assertThat(
                        origins(
                                "SELECT c.oid, nspname n, relkind, c.oid::oid, relname::name FROM pg_class c"
                                        + " JOIN pg_catalog.pg_namespace ON true",
                                5))
                .isEqualTo("1259.1.26 2615.2.19 1259.17.18 0.0.26 0.0.19");
        assertThat(origins("SELECT table_name FROM information_schema.tables", 1))
                .endsWith(".3.19");
    }
}
