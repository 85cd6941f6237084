package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSqlTest {

    private static void assertRefused(String sql, SqlState state) {
        assertThatThrownBy(() -> ClientSql.check(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SqlException.class,
                        e -> {
                            assertThat(e.state()).isEqualTo(state);
                            assertThat(e.position()).isPositive();
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT _rvbbit_map('x', 0, 'c', 1, '{}')",
                "SELECT _RVBBIT_run('x')",
                "SELECT \"_Rvbbit_run\"('x')",
                "SELECT U&\"\\005frvbbit_run\"('x')",
                "SELECT '_rvbbit_caller'",
                "SELECT E'\\x5frvbbit_caller'",
                "SELECT $$_rvbbit_caller$$",
                "SELECT $_rvbbit_caller",
                "SET VARIABLE _rvbbit_caller = 'x'",
                "SET VARIABLE \"_rvbbit_caller\" = 'x'",
                "SET VARIABLE rvbbit_x = 1",
                "RESET VARIABLE _rvbbit_caller",
                "SELECT getvariable('_rvb' || 'bit_caller')",
                "SELECT getvariable($1)",
                "SELECT getvariable(x) FROM (SELECT 'a' AS x)",
                "SELECT getvariable(E'x')",
                "SELECT getvariable('_rv'\n'bbit_caller')",
                "SELECT ('x').getvariable()",
                "SELECT main.getvariable('x')",
                "SELECT \"GETVARIABLE\" /* c */ (lower('X'))",
                "FROM duckdb_variables()",
                "SELECT * FROM \"DUCKDB_VARIABLES\"()",
                "SELECT json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
                "PRAGMA json_execute_serialized_sql('x')",
                "FROM query('SELECT ' || 'x')",
                "FROM query('FROM duckdb_variables()')",
                "FROM query('FROM query(''SELECT getvariable(x)'')')",
                "FROM query_table('duckdb_variables')",
                "FROM query_table(['a', 'b'])",
                "FROM system.main.query('SELECT 1')",
                "ATTACH 'x.db'",
                "ATTACH ':memory:' AS rvbbit",
                "/* c */ attach 'x.db'",
                "EXPLAIN ANALYZE ATTACH 'x.db'",
                "PREPARE p AS ATTACH 'x.db'",
                "DETACH rvbbit",
                "INSTALL httpfs",
                "FORCE INSTALL httpfs",
                "LOAD httpfs",
                "UPDATE EXTENSIONS",
                "IMPORT DATABASE 'x'",
                "EXPORT DATABASE 'x'",
                "COPY FROM DATABASE a TO b",
                "PRAGMA threads = 4",
                "PRAGMA enable_profiling",
                "PRAGMA version = 3",
                "CREATE SECRET s (TYPE s3)",
                "CREATE OR REPLACE PERSISTENT SECRET s (TYPE s3)",
                "DROP SECRET s",
                "USE rvbbit",
                "USE \"Rvbbit\".main",
                "USE examples",
                "SET schema = 'rvbbit'",
                "SET search_path = 'main,rvbbit.main'",
                "SET SESSION search_path TO rvbbit",
                "INSERT INTO unified_logs VALUES (1)",
                "INSERT OR REPLACE INTO main.\"Unified_Logs\" SELECT 1",
                "WITH x AS (SELECT 1) INSERT INTO all_data SELECT * FROM x",
                "UPDATE session_state SET status = 'x'",
                "UPDATE rvbbit.progress SET spent = 0",
                "DELETE FROM sql_query_log",
                "TRUNCATE trace_spans",
                "TRUNCATE TABLE trace_spans",
                "MERGE INTO call_parts USING x ON true WHEN MATCHED THEN DELETE",
                "COPY unified_logs FROM 'x.csv'",
                "COPY unified_logs (a, b) FROM 'x.csv'",
                "DROP VIEW all_data",
                "DROP VIEW IF EXISTS x, all_data",
                "DROP MACRO rvbbit_run",
                "DROP SCHEMA rvbbit CASCADE",
                "DROP DATABASE IF EXISTS examples",
                "ALTER TABLE IF EXISTS unified_logs ADD COLUMN x INT",
                "ALTER VIEW all_data RENAME TO x",
                "COMMENT ON TABLE unified_logs IS 'x'",
                "COMMENT ON COLUMN unified_logs.cost IS 'x'",
                "CREATE INDEX i ON unified_logs (cost)",
                "SELECT current_query() FROM (RVBBIT MAP 'c' USING (SELECT 1))",
                "RVBBIT MAP 'c' USING (SELECT current_query() AS q)"
            })
    void what_clients_may_not_do_is_refused(String sql) {
        assertRefused(sql, SqlState.INSUFFICIENT_PRIVILEGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE unified_logs (a INT)",
                "CREATE TEMP TABLE \"Unified_Logs\" AS SELECT 1",
                "CREATE TABLE IF NOT EXISTS main.session_state_log (a INT)",
                "CREATE OR REPLACE VIEW all_data AS SELECT 1",
                "CREATE TEMP MACRO rvbbit_run(c, x) AS 'free'",
                "CREATE FUNCTION RVBBIT(a, b) AS 1",
                "CREATE OR REPLACE TEMPORARY FUNCTION s.rvbbit_last_cost() AS 1",
                "CREATE TYPE rvbbit_t AS ENUM ('a')",
                "CREATE SCHEMA rvbbit",
                "CREATE SCHEMA IF NOT EXISTS examples",
                "CREATE DATABASE rvbbit",
                "CREATE TABLE rvbbit.main.x (a INT)",
                "CREATE TABLE examples.products (a INT)",
                "CREATE SEQUENCE call_parts",
                "CREATE UNIQUE INDEX rvbbit_i ON t (a)",
                "ALTER TABLE t RENAME TO trace_spans",
                "EXPLAIN CREATE TABLE unified_logs AS SELECT 1",
                "CREATE TABLE unified_logs AS RVBBIT MAP 'c' USING (SELECT 1)"
            })
    void names_of_the_gateway_cannot_be_given(String sql) {
        assertRefused(sql, SqlState.RESERVED_NAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT caller_id, sum(cost) FROM all_data GROUP BY 1",
                "SELECT * FROM rvbbit.progress",
                "SELECT rvbbit_run('c', name) FROM products",
                "WITH unified_logs AS (SELECT 1) SELECT * FROM unified_logs",
                "CREATE TABLE products (rvbbit_x INT, load INT, attach INT)",
                "CREATE TABLE logs AS SELECT * FROM unified_logs",
                "INSERT INTO mine SELECT * FROM unified_logs",
                "COPY (SELECT * FROM unified_logs) TO 'x.csv'",
                "COPY unified_logs TO 'x.csv'",
                "SET VARIABLE x = 5",
                "SELECT getvariable('x')",
                "SELECT getvariable FROM t",
                "FROM query('SELECT 1')",
                "FROM query_table('products')",
                "CREATE TABLE query (a INT)",
                "CREATE TABLE IF NOT EXISTS query (a INT)",
                "INSERT INTO query (a) VALUES (1)",
                "SELECT query FROM sql_query_log",
                "SELECT 'ATTACH x', \"load\" FROM t -- ATTACH",
                "PRAGMA table_info('t')",
                "PRAGMA database_list",
                "USE memory",
                "SET search_path = 'main'",
                "SET search_path = '\"$user\", public'",
                "SET rvbbit.parallel = 5",
                "SHOW rvbbit.last_caller_id",
                "RESET rvbbit.parallel",
                "DROP TABLE t",
                "ALTER TABLE t RENAME COLUMN a TO rvbbit_a",
                "UPDATE t SET rvbbit = 1",
                "DELETE FROM t USING unified_logs WHERE true",
                "COMMENT ON TABLE t IS 'about unified_logs'",
                "COMMENT ON COLUMN t.rvbbit_x IS 'x'",
                "SELECT current_query()",
                "EXPLAIN SELECT 1",
                "BEGIN",
                "",
                "RVBBIT MAP 'c' AS r USING (SELECT * FROM all_data LIMIT 5)"
            })
    void ordinary_sql_passes(String sql) {
        assertThatCode(() -> ClientSql.check(sql)).as(sql).doesNotThrowAnyException();
    }
}
