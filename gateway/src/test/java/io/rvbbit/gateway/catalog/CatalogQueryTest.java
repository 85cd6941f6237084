package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogQueryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT pg_class FROM t",
                "SELECT t.pg_class, pg_type AS pg_name FROM t WHERE pg_class > 1",
                "SELECT 'pg_catalog.pg_class' FROM t -- pg_catalog.pg_type",
                "SELECT \"pg_catalog\" FROM t",
                "WITH pg_class AS (SELECT 1 AS oid) SELECT oid FROM pg_class",
                "CREATE TABLE version (a INT)",
                "INSERT INTO version (a) VALUES (1)",
                "SELECT format('{} {}', a, b), array_to_string(c, ',') FROM t",
                "SELECT current_setting('threads')",
                "SELECT x ~ 'a', y LIKE 'b\\_c' FROM t",
                "SELECT version, regclass FROM sales.pg_class",
                "SELECT 'unterminated pg_catalog.pg_class FROM"
            })
    void a_statement_without_catalogue_names_is_the_same_instance(String sql) {
        assertThat(CatalogQuery.rewrite(sql)).isSameAs(sql);
    }

    @Test
    void a_relation_is_read_through_one_common_table_however_often_it_is_joined() {
        String sql =
                CatalogQuery.rewrite(
                        "SELECT a.oid FROM pg_catalog.pg_class a JOIN pg_class b ON a.oid = b.oid");

        assertThat(sql)
                .endsWith("select a.oid from _pgc_pg_class a join _pgc_pg_class b on a.oid = b.oid")
                .containsOnlyOnce("_pgc_pg_class AS MATERIALIZED (");
    }

    @Test
    void a_relation_without_an_alias_keeps_its_name_for_columns() {
        assertThat(CatalogQuery.rewrite("SELECT pg_am.oid FROM pg_catalog.pg_am WHERE true"))
                .endsWith("select pg_am.oid from _pgc_pg_am AS \"pg_am\" where true");
    }

    @Test
    void common_tables_join_those_of_the_client() {
        assertThat(CatalogQuery.rewrite("WITH t AS (SELECT 1) SELECT * FROM t, pg_am"))
                .startsWith("with _pgc_pg_am AS MATERIALIZED (")
                .endsWith(
                        ", t as (select 1 AS \"?column?\") select * from t, _pgc_pg_am AS \"pg_am\"");
    }

    @Test
    void common_tables_stand_before_the_query_of_other_statements() {
        assertThat(CatalogQuery.rewrite("EXPLAIN (FORMAT json) SELECT oid FROM pg_am"))
                .startsWith("explain (format json) WITH _pgc_pg_am");
        assertThat(CatalogQuery.rewrite("CREATE TABLE t AS SELECT oid FROM pg_am"))
                .startsWith("create table t as WITH _pgc_pg_am");
    }

    @Test
    void operators_types_and_collations_lose_their_schema() {
        assertThat(
                        CatalogQuery.rewrite(
                                "SELECT x::pg_catalog.text FROM t WHERE x OPERATOR(pg_catalog.~) '^(a)$'"
                                        + " COLLATE pg_catalog.default"))
                .isEqualTo("select x::text AS \"x\" from t where x ~ rvbbit.pgc._regex('^(a)$') ");
    }

    @Test
    void columns_without_alias_are_named_as_postgresql_names_them() {
        assertThat(
                        CatalogQuery.rewrite(
                                "SELECT pg_backend_pid(), 1 + 1, CASE WHEN a THEN 1 END, ARRAY(SELECT 1), b::pg_catalog.int4 FROM t"))
                .contains(
                        "rvbbit.pgc.pg_backend_pid() AS \"pg_backend_pid\"",
                        "1 + 1 AS \"?column?\"",
                        "end AS \"case\"",
                        "AS \"array\"",
                        "b::int4 AS \"b\"");
    }

    @Test
    void vectors_are_counted_from_zero() {
        assertThat(CatalogQuery.rewrite("SELECT i.indkey[0] AS k FROM pg_index i"))
                .endsWith("select i.indkey[(0) + 1] as k from _pgc_pg_index i");
    }

    @Test
    void a_broken_statement_is_left_to_the_engine_wherever_it_breaks_off() {
        String whole =
                "WITH RECURSIVE t AS (SELECT DISTINCT ON (a) CAST(x AS regclass)::oid FROM pg_class c) SELECT"
                        + " trim(trailing ';' from pg_get_ruledef(r.oid, true)), i.indkey[0], r.tableoid, r.xmin,"
                        + " 'x' = ANY ('{1,2}'), a OPERATOR(pg_catalog.~) '^b' COLLATE pg_catalog.default FROM"
                        + " pg_catalog.pg_rewrite r, pg_partition_ancestors(1) WITH ORDINALITY AS p (a, b)"
                        + " WHERE n LIKE 'pg\\_%' AND r.oid::pg_catalog.regclass::pg_catalog.text = $1";
        for (int end = 0; end <= whole.length(); end++) {
            for (int start = 0; start < Math.min(end, 60); start += 7) {
                assertThat(CatalogQuery.rewrite(whole.substring(start, end))).isNotNull();
            }
        }
    }

    @Test
    void a_statement_is_written_once() {
        String sql = "SELECT relname FROM pg_class WHERE oid = 'a'::regclass";

        assertThat(CatalogQuery.rewrite(sql)).isSameAs(CatalogQuery.rewrite(sql));
    }
}
