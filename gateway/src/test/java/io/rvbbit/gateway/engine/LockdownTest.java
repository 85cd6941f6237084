package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LockdownTest {
    @TempDir static Path directory;

    private static EngineFixture engine;

    @BeforeAll
    static void open() throws Exception {
        engine = new EngineFixture(directory);
        Files.writeString(directory.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(
                engine.config.files().resolve("link.txt"), directory.resolve("secret.txt"));
        engine.run("CREATE TABLE mine AS SELECT 1 AS i");
        engine.connection.setCaller("0123456789abcdef0123456789abcdef");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM '/etc/passwd'",
                "SELECT * FROM glob('/etc/*')",
                "SELECT * FROM read_text('${data}/secret.txt')",
                "SELECT * FROM read_text('${data}/files/../secret.txt')",
                "SELECT * FROM read_text('${data}/files/link.txt')",
                "SELECT * FROM read_blob('${data}/databases/default.duckdb')",
                "COPY mine TO '${data}/databases/default.duckdb' (USE_TMP_FILE false)",
                "COPY mine TO '${data}/databases/default.duckdb.wal' (USE_TMP_FILE false)",
                "COPY mine TO '/tmp/out.csv'",
                "COPY mine TO '/dev/stdout'",
                "COPY mine FROM '/etc/passwd'",
                "COPY (SELECT 1) TO ('/tmp/' || 'x.csv')",
                "PREPARE p AS COPY mine TO '/tmp/out.csv'",
                "EXPORT DATABASE '/tmp/exported'",
                "IMPORT DATABASE '${data}/files'",
                "ATTACH '/tmp/other.duckdb' AS other",
                "ATTACH ':memory:' AS pg_catalog",
                "DETACH rvbbit",
                "detach database if exists examples",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET memory_limit = '1TB'",
                "SET threads = 99",
                "SET enable_external_access = true",
                "SET GLOBAL timezone = 'Asia/Tokyo'",
                "SET lock_configuration = false",
                "SET errors_as_json = false",
                "PRAGMA enable_profiling",
                "PRAGMA memory_limit = '1TB'",
                "PRAGMA enable_verification",
                "CALL enable_logging()",
                "SELECT * FROM enable_logging()",
                "FORCE CHECKPOINT",
                "SELECT * FROM arrow_scan(1, 2, 3)",
                "SELECT getvariable('_rvbbit_caller')",
                "SELECT getvariable('_rvb' || 'bit_caller')",
                "SELECT \"getvariable\"('_RVBBIT_caller')",
                "SELECT ('_rvbbit_caller').getvariable()",
                "SELECT * FROM query('SELECT getvariable(''_rvbbit_caller'')')",
                "SELECT * FROM query('SELECT getvari' || 'able(''_rvbbit_caller'')')",
                "SELECT * FROM duckdb_variables()",
                "SET VARIABLE _rvbbit_caller = 'forged'",
                "RESET VARIABLE _rvbbit_caller",
                "CREATE TABLE rvbbit.main.products (i INT)",
                "INSERT INTO rvbbit.main.unified_logs VALUES (1)",
                "DELETE FROM unified_logs",
                "UPDATE all_data SET cost = 0",
                "DROP VIEW rvbbit.main.all_data",
                "DROP MACRO rvbbit.main.countIf",
                "INSERT INTO examples.main.product_rows (product_id) VALUES (99)",
                "CREATE VIEW all_data AS SELECT 1",
                "CREATE OR REPLACE TEMP TABLE \"Unified_Logs\" (i INT)",
                "CREATE MACRO rvbbit_run(a, b) AS 1",
                "CREATE SCHEMA rvbbit",
                "ALTER TABLE mine RENAME TO session_state",
                "SELECT 1; DETACH rvbbit"
            })
    void clients_stay_inside(String attempt) {
        String sql = attempt.replace("${data}", directory.toString());

        assertThat(engine.failure(sql)).as(sql).isNotNull();
        assertThat(engine.value("SELECT count(*) FROM all_data").asLong())
                .isEqualTo(SampleBooks.LOG_ROWS);
        assertThat(engine.value("SELECT i FROM mine").asInt()).isEqualTo(1);
    }

    @Test
    void what_is_only_mentioned_is_not_refused() {
        assertThat(engine.run("SELECT 'DETACH rvbbit; getvariable(' AS \"query\" -- ATTACH"))
                .contains("DETACH");
        assertThat(engine.run("SET VARIABLE mine = 1")).isEqualTo("-1");
        assertThat(engine.value("SELECT getvariable('mine')").asInt()).isEqualTo(1);
    }

    @Test
    void clients_have_a_directory_of_their_own() {
        String file = engine.config.files().resolve("out.csv").toString();
        assertThat(engine.run("COPY mine TO '" + file + "'")).isEqualTo("1");
        assertThat(engine.value("SELECT i FROM read_csv('" + file + "')").asInt()).isEqualTo(1);
    }

    @Test
    void a_setting_reaches_nobody_else() {
        engine.run("SET timezone = 'Asia/Tokyo'");
        try (EngineConnection other = engine.databases.connect("default")) {
            assertThat(EngineFixture.run(other, "SELECT current_setting('timezone') AS z"))
                    .isEqualTo("[{\"z\":\"UTC\"}]");
        }
        assertThat(engine.value("SELECT current_setting('timezone')").asText())
                .isEqualTo("Asia/Tokyo");
    }
}
