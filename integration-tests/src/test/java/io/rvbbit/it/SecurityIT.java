package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static io.rvbbit.rewriter.SqlState.RESERVED_NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.gateway.config.ConfigReader;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** What a client must not reach, tried. */
@GatewayTest
class SecurityIT {
    private static void assertRefused(SqlSession sql, String statement) {
        SQLException failure = sql.query(statement).failure();
        assertThat((Throwable) failure)
                .as("not refused: %s", statement)
                .isInstanceOf(PSQLException.class);
        assertThat(failure == null ? "" : failure.getSQLState())
                .as("%s%n%s", failure, statement)
                .isNotIn("XX000", "08006", "08003");
        sql.query("SELECT 1 AS alive").returns("alive\n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM read_blob('/etc/hostname')",
                "SELECT * FROM '/etc/passwd'",
                "SELECT * FROM \"/etc/passwd\"",
                "SELECT * FROM glob('/etc/*')",
                "SELECT * FROM read_text('file:///etc/passwd')",
                "SELECT * FROM read_text('/etc/./passwd')",
                "SELECT * FROM read_text(['/etc/passwd'])",
                "SELECT * FROM read_text('/etc' || '/passwd')",
                "SELECT * FROM read_json_auto('/etc/passwd')",
                "SELECT * FROM sniff_csv('/etc/passwd')",
                "SELECT * FROM read_parquet('https://example.com/x.parquet')",
                "COPY (SELECT 1) TO '/tmp/rvbbit-escape.csv'",
                "COPY (SELECT 1) TO '../rvbbit-escape.csv'",
                "CREATE TEMP TABLE p AS SELECT * FROM read_text('/etc/passwd')",
                "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
                "EXPORT DATABASE '/tmp/rvbbit-escape'",
                "IMPORT DATABASE '/tmp'",
                "RVBBIT MAP 'first_word' USING (SELECT content AS text FROM read_text('/etc/passwd'))",
                "RVBBIT RUN 'sums' USING (SELECT size AS amount FROM read_text('/etc/passwd'))"
            })
    void files_outside_are_out_of_reach(String statement, SqlSession sql) {
        assertRefused(sql, statement);

        assertThat(sql.model().calls()).isZero();
        assertThat(Path.of("/tmp/rvbbit-escape.csv")).doesNotExist();
        assertThat(Path.of("/tmp/rvbbit-escape")).doesNotExist();
    }

    @Test
    void the_servers_own_files_are_out_of_reach(SqlSession sql, TestGateway gateway)
            throws Exception {
        List<Path> own;
        try (var files = Files.walk(gateway.data())) {
            own = files.filter(Files::isRegularFile).toList();
        }
        assertThat(own).isNotEmpty();
        for (Path file : own) {
            assertRefused(sql, "SELECT * FROM read_blob('" + file + "')");
            assertRefused(sql, "COPY (SELECT 1) TO '" + file + "'");
            assertRefused(sql, "ATTACH '" + file + "' AS stolen");
        }
    }

    @Test
    void files_of_the_clients_directory_are_theirs(SqlSession sql, TestGateway gateway) {
        Path file = gateway.data().resolve("files").resolve("mine.csv");

        sql.query("COPY (SELECT 1 AS a, 'x' AS b) TO '" + file + "' (HEADER)").succeeds();
        sql.query("SELECT * FROM read_csv('" + file + "')").returns("a | b\n1 | x");
        assertRefused(sql, "COPY (SELECT 1) TO '" + file.resolveSibling("../escape.csv") + "'");
    }

    @Test
    void copy_from_outside_is_refused(SqlSession sql) {
        sql.execute("CREATE TEMP TABLE lines (line VARCHAR)");
        assertRefused(sql, "COPY lines FROM '/etc/passwd'");
        assertRefused(sql, "COPY lines FROM '/etc/passwd' (DELIMITER ':')");
        sql.query("SELECT count(*) AS n FROM lines").returns("n\n0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ATTACH '/tmp/x.duckdb' AS x",
                "ATTACH ':memory:' AS x",
                "ATTACH IF NOT EXISTS 'x.duckdb'",
                "/* a comment */ ATTACH '/tmp/x.duckdb'",
                "DETACH rvbbit",
                "DETACH DATABASE IF EXISTS rvbbit",
                "DETACH examples",
                "INSTALL httpfs",
                "FORCE INSTALL httpfs",
                "LOAD httpfs",
                "LOAD '/tmp/x.duckdb_extension'",
                "UPDATE EXTENSIONS",
                "SET threads = 1",
                "SET memory_limit = '100GB'",
                "SET GLOBAL threads TO 8",
                "SET SESSION threads = 1",
                "RESET threads",
                "PRAGMA threads=1",
                "PRAGMA memory_limit='1GB'",
                "PRAGMA enable_profiling",
                "SET enable_external_access = true",
                "SET lock_configuration = false",
                "SET allowed_directories = ['/']",
                "SET temp_directory = '/tmp'",
                "SET log_query_path = '/tmp/q.log'",
                "SET custom_extension_repository = 'http://x'",
                "SET file_search_path = '/etc'",
                "CALL enable_logging()",
                "SELECT * FROM duckdb_logs()",
                "CREATE SECRET s (TYPE s3)",
                "SELECT set_config('threads', '1', false)",
                "USE rvbbit",
                "CREATE TABLE rvbbit.main.x (a INTEGER)",
                "CREATE SCHEMA rvbbit.mine",
                "CREATE TABLE examples.main.x (a INTEGER)",
                "DROP TABLE examples.main.products",
                "DELETE FROM products"
            })
    void the_engine_is_locked(String statement, SqlSession sql) {
        assertRefused(sql, statement);

        sql.query("SELECT count(*) >= 0 AS readable FROM unified_logs").returns("readable\nt");
        sql.query("SELECT count(*) > 99 AS there FROM products").returns("there\nt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT getvariable('_rvbbit_caller')",
                "SELECT GETVARIABLE ( '_rvbbit_caller' )",
                "SELECT \"getvariable\"('_rvbbit_caller')",
                "SELECT getvariable/**/('_rvbbit_caller')",
                "SELECT getvariable('_rvbbit' || '_caller')",
                "SELECT main.getvariable('_rvbbit_caller')",
                "SELECT system.main.getvariable('_rvbbit_caller')",
                "SELECT getvariable(E'\\x5frvbbit_caller')",
                "SELECT getvariable($$_rvbbit_caller$$)",
                "SELECT getvariable('_RVBBIT_CALLER')",
                "SELECT v.getvariable() FROM (SELECT '_rvbbit_caller' AS v)",
                "SELECT ('_rvbbit_caller').getvariable()",
                "SELECT '_rvbbit_caller'.getvariable()",
                "SELECT list_transform(['_rvbbit_caller'], x -> getvariable(x))",
                "SELECT * FROM duckdb_variables()",
                "SELECT * FROM \"duckdb_variables\"()",
                "SELECT * FROM system.main.duckdb_variables()",
                "SELECT * FROM query('SELECT getvariable(''_rvbbit_caller'')')",
                "SELECT * FROM query('SELECT * FROM duckdb_variables()')",
                "SELECT * FROM query($$SELECT * FROM query('SELECT * FROM duckdb_variables()')$$)",
                "SELECT * FROM query('SELECT * FROM duckdb_' || 'variables()')",
                "SELECT * FROM query_table('duckdb_variables')",
                "SET VARIABLE _rvbbit_caller = 'x'",
                "SET VARIABLE \"_rvbbit_caller\" = 'x'",
                "SET /* */ VARIABLE _RVBBIT_caller = 'x'",
                "RESET VARIABLE _rvbbit_caller",
                "CREATE TEMP MACRO steal() AS getvariable('_rvbbit_caller')",
                "CREATE TEMP MACRO steal(x) AS getvariable(x)",
                "CREATE TEMP VIEW steal AS SELECT getvariable('_rvbbit_caller')",
                "PREPARE p AS SELECT getvariable('_rvbbit_caller')",
                "PREPARE p AS SELECT getvariable($1)",
                "EXPLAIN SELECT getvariable('_rvbbit_caller')",
                "SELECT json_execute_serialized_sql(json_serialize_sql('SELECT getvariable(''_rvbbit_caller'')'))",
                "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT getvariable(''_rvbbit_caller'')'))"
            })
    void the_token_of_an_execution_is_out_of_reach(String statement, SqlSession sql) {
        assertRefused(sql, statement);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT _rvbbit_run('0123456789abcdef0123456789abcdef', 'first_word', '{\"text\":\"x\"}', NULL)",
                "SELECT \"_rvbbit_run\"('0123456789abcdef0123456789abcdef', 'first_word', '{\"text\":\"x\"}', NULL::VARCHAR)",
                "SELECT _RVBBIT_RUN('x', 'first_word', '{\"text\":\"x\"}', NULL)",
                "SELECT _rvbbit_map('0123456789abcdef0123456789abcdef', 0::INTEGER, 'first_word', 1::BIGINT, '{\"text\":\"x\"}')",
                "SELECT _rvbbit_prompt('0123456789abcdef0123456789abcdef', 'say', 'x')",
                "SELECT _rvbbit_batch('0123456789abcdef0123456789abcdef', 0::INTEGER, 'sums')",
                "SELECT * FROM query('SELECT _rvbbit_prompt(''x'', ''say'', ''x'')')",
                "SELECT rvbbit('say', 'x'), _rvbbit_prompt('0123456789abcdef0123456789abcdef', 'say', 'x')",
                "CREATE MACRO _rvbbit_run(a, b, c, d) AS 'mine'",
                "CREATE TEMP MACRO m(t) AS _rvbbit_prompt(t, 'say', 'x')",
                "SELECT * FROM _rvbbit_books('unified_logs')"
            })
    void hidden_functions_answer_nobody(String statement, SqlSession sql) {
        assertRefused(sql, statement);

        assertThat(sql.model().calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE unified_logs (x INTEGER)",
                "CREATE OR REPLACE TABLE \"Unified_Logs\" (x INTEGER)",
                "CREATE TEMP VIEW all_data AS SELECT 1 AS x",
                "CREATE VIEW main.session_state AS SELECT 1 AS x",
                "CREATE TABLE IF NOT EXISTS cascade_sessions (x INTEGER)",
                "CREATE MACRO rvbbit_run(c, i) AS 'mine'",
                "CREATE OR REPLACE TEMP MACRO rvbbit(i, v) AS 'mine'",
                "CREATE FUNCTION rvbbit_anything(x) AS x",
                "CREATE SCHEMA rvbbit",
                "CREATE SCHEMA IF NOT EXISTS \"rvbbit\"",
                "CREATE TABLE x AS SELECT 1; ALTER TABLE x RENAME TO unified_logs"
            })
    void reserved_names_are_refused(String statement, SqlSession sql) {
        sql.query(statement).fails(RESERVED_NAME);
        sql.execute("DROP TABLE IF EXISTS x");
    }

    @Test
    void a_prepared_statement_gets_no_further(SqlSession sql) throws Exception {
        for (String statement :
                List.of(
                        "SELECT getvariable(?)",
                        "SELECT * FROM query(?)",
                        "SELECT * FROM read_text(?)",
                        "SELECT _rvbbit_prompt(?, 'say', 'x')")) {
            assertThatThrownBy(
                            () -> {
                                try (PreparedStatement prepared =
                                        sql.connection().prepareStatement(statement)) {
                                    prepared.setString(
                                            1,
                                            statement.contains("read_text")
                                                    ? "/etc/passwd"
                                                    : "SELECT getvariable('_rvbbit_caller')");
                                    try (ResultSet rows = prepared.executeQuery()) {
                                        rows.next();
                                        assertThat(rows.getString(1)).isNull();
                                    }
                                }
                            })
                    .as(statement)
                    .isInstanceOf(PSQLException.class);
        }
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void no_token_is_shown_anywhere(SqlSession sql) {
        sql.execute("SELECT rvbbit('say', 'x')");
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)");

        for (String look :
                List.of(
                        "EXPLAIN SELECT rvbbit('say', 'x')",
                        "EXPLAIN RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)",
                        "SELECT query_raw || invocation_metadata_json FROM sql_query_log",
                        "SELECT sql FROM duckdb_views() WHERE sql IS NOT NULL",
                        "SELECT value FROM duckdb_settings() WHERE value IS NOT NULL",
                        "SELECT query FROM pg_stat_activity")) {
            var answer = sql.query(look);
            if (answer.failure() == null) {
                assertThat(answer.table().rows().toString())
                        .as(look)
                        .doesNotContainPattern("\\b[0-9a-f]{32}\\b");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "../outside.yaml",
                "traits/../../outside.yaml",
                "/etc/passwd",
                "./../outside.yaml",
                "..\\outside.yaml",
                "file:///etc/passwd",
                "%2e%2e/outside.yaml"
            })
    void cascade_paths_never_leave_the_roots(String path, SqlSession sql) {
        assertThat(TestGateway.cascades().resolve("../outside.yaml")).exists();

        assertRefused(sql, "RVBBIT MAP '" + path + "' USING (SELECT 'x' AS text)");
        assertRefused(sql, "SELECT rvbbit_run('" + path + "', {'text': 'x'})");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_path_out_of_the_roots_is_a_matter_of_privilege(SqlSession sql) {
        sql.query("RVBBIT MAP '../outside.yaml' USING (SELECT 'x' AS text)")
                .fails(INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void values_never_become_sql(SqlSession sql) {
        sql.execute(
                "RVBBIT RUN 'sums' USING (SELECT 1 AS amount, 'x''; DROP TABLE products; --' AS"
                        + " \"a\"\"b; DROP\") WITH (as_table = 'odd\"; name')");

        assertThat(sql.model().requests().getFirst().lastUserMessage()).contains("\"n\":1");
        sql.query("SELECT count(*) > 99 AS there FROM products").returns("there\nt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
    void a_host_beyond_loopback_refuses_to_start(String host) {
        assertThatThrownBy(() ->
                        ConfigReader.read(Optional.empty(), Map.of("RVBBIT_HOST", host), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("loopback");
    }

    @Test
    void a_database_of_its_own_sees_nothing_of_the_others(SqlSession sql, TestGateway gateway)
            throws Exception {
        sql.execute("CREATE TABLE shared_secret AS SELECT 1 AS x");
        try (SqlSession other = gateway.session("memory", Map.of())) {
            assertRefused(other, "SELECT * FROM shared_secret");
            assertRefused(other, "SELECT * FROM \"default\".main.shared_secret");
            other.execute("CREATE TABLE private_thing AS SELECT 1 AS x");
        }
        assertRefused(sql, "SELECT * FROM private_thing");
        sql.execute("DROP TABLE shared_secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE MACRO json_extract_string(a, b) AS 'forged'",
                "CREATE MACRO struct_pack(t) AS 'forged'",
                "CREATE OR REPLACE TEMP MACRO to_json(a) AS 'forged'",
                "CREATE FUNCTION main.JSONExtractString(a, b) AS 'forged'",
                "CREATE MACRO IF NOT EXISTS countIf(a) AS 1",
                "CREATE MACRO \"percentile\"(a, b) AS 1",
                "CREATE MACRO range(a) AS TABLE SELECT 1",
                "CREATE TYPE json AS ENUM ('forged')",
            })
    void no_client_stands_before_what_is_built_in(String statement, SqlSession sql) {
        sql.query(statement).fails(RESERVED_NAME);

        sql.query("RVBBIT MAP 'first_word' AS word USING (SELECT 'red apple' AS text)")
                .returns("text | word\nred apple | red");
    }

    @Test
    void the_token_is_in_no_name(SqlSession sql) {
        String inner =
                "(SELECT word FROM (RVBBIT MAP 'first_word' AS word USING (SELECT 'a b' AS text)) z)";

        String names = sql.text("SELECT to_json(x) FROM (SELECT " + inner + ") x");
        assertThat(names).doesNotContainPattern("[0-9a-f]{32}");
        assertThat(sql.query("SELECT " + inner).table().columns()).containsExactly("word");
        sql.execute("CREATE TEMP TABLE named AS SELECT " + inner);
        assertThat(
                        sql.text(
                                "SELECT string_agg(column_name, ' ') FROM"
                                        + " information_schema.columns WHERE table_name = 'named'"))
                .doesNotContainPattern("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE spends (a int, b varchar DEFAULT rvbbit('say', 'v'))",
                "CREATE TABLE spends (a varchar, b varchar GENERATED ALWAYS AS (rvbbit('say', a)))",
                "CREATE TABLE spends (a varchar CHECK (rvbbit_run('first_word', a) = 'x'))",
            })
    void no_column_spends_by_itself(String statement, SqlSession sql) {
        sql.query(statement).fails(FEATURE_NOT_SUPPORTED).hint("INSERT");

        assertThat(sql.model().calls()).isZero();
    }
}
