package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionCommandsTest {
    @TempDir Path directory;

    private ClientFixture client;

    @BeforeEach
    void connect() {
        client = new ClientFixture(directory);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void a_transaction_is_committed_or_rolled_back() {
        client.run("CREATE TABLE t (a INTEGER)");
        assertThat(client.run("BEGIN")).containsExactly("BEGIN");
        assertThat(client.connection.inTransaction()).isTrue();
        client.run("INSERT INTO t VALUES (1)");
        assertThat(client.run("COMMIT")).containsExactly("COMMIT");

        assertThat(client.run("START TRANSACTION")).containsExactly("START TRANSACTION");
        client.run("INSERT INTO t VALUES (2)");
        assertThat(client.run("ABORT")).containsExactly("ROLLBACK");

        assertThat(client.run("SELECT a::VARCHAR FROM t")).containsExactly("1");
        assertThat(client.told).isEmpty();
    }

    @Test
    void a_transaction_in_a_transaction_and_none_at_all_are_warned_of() {
        client.run("BEGIN");
        client.run("BEGIN");
        client.run("END");
        client.run("ROLLBACK");

        assertThat(client.told)
                .containsExactly(
                        "WARNING 25001 there is already a transaction in progress",
                        "WARNING 25P01 there is no transaction in progress");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN READ ONLY",
                "START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY",
                "begin transaction read only"
            })
    void a_read_only_transaction_writes_nothing(String begin) {
        client.run("CREATE TABLE t (a INTEGER)");
        client.run(begin);

        assertThat(client.failure("INSERT INTO t VALUES (1)")).isNotNull();
        client.run("ROLLBACK");
        client.run("INSERT INTO t VALUES (1)");
    }

    @Test
    void default_transaction_read_only_counts_until_begin_says_otherwise() {
        client.run("CREATE TABLE t (a INTEGER)");
        client.run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
        client.run("BEGIN");
        assertThat(client.failure("INSERT INTO t VALUES (1)")).isNotNull();
        client.run("ROLLBACK");

        client.run("BEGIN READ WRITE");
        client.run("INSERT INTO t VALUES (1)");
        client.run("COMMIT");
        assertThat(client.run("SELECT count(*)::VARCHAR FROM t")).containsExactly("1");
    }

    @Test
    void rollback_takes_back_a_search_path_in_the_engine_too() {
        client.run("CREATE SCHEMA s");
        client.run("CREATE TABLE s.only_here (a INTEGER)");
        client.run("BEGIN");
        client.run("SET search_path = s");
        client.run("SELECT a::VARCHAR FROM only_here");
        client.run("ROLLBACK");

        assertThat(client.state("SELECT a::VARCHAR FROM only_here"))
                .isEqualTo(SqlState.UNDEFINED_TABLE);
    }

    @Test
    void databases_are_made_and_dropped() {
        assertThat(client.run("CREATE DATABASE sales")).containsExactly("CREATE DATABASE");
        assertThat(client.databases.names()).contains("sales");
        assertThat(client.state("CREATE DATABASE sales")).isEqualTo(SqlState.DUPLICATE_DATABASE);
        assertThat(client.run("DROP DATABASE sales")).containsExactly("DROP DATABASE");
        assertThat(client.databases.names()).doesNotContain("sales");
        assertThat(client.state("DROP DATABASE sales")).isEqualTo(SqlState.INVALID_CATALOG_NAME);

        client.run("DROP DATABASE IF EXISTS sales");
        assertThat(client.told)
                .containsExactly("NOTICE 00000 database \"sales\" does not exist, skipping");
    }

    @Test
    void no_database_is_made_inside_a_transaction() {
        client.run("BEGIN");

        assertThat(client.state("CREATE DATABASE sales")).isEqualTo(SqlState.ACTIVE_TRANSACTION);
        assertThat(client.databases.names()).doesNotContain("sales");
    }

    @Test
    void discard_all_forgets_settings_names_and_temporary_objects() {
        client.prepared.add("p");
        client.run("SET rvbbit.parallel = 3");
        client.run("CREATE TEMP TABLE \"T 1\" (a INTEGER)");
        client.run("CREATE TEMP VIEW v AS SELECT a FROM \"T 1\"");

        assertThat(client.run("DISCARD ALL")).containsExactly("DISCARD ALL");

        assertThat(client.prepared).isEmpty();
        assertThat(client.run("SHOW rvbbit.parallel")).containsExactly("16");
        assertThat(client.state("SELECT a FROM \"T 1\"")).isEqualTo(SqlState.UNDEFINED_TABLE);
    }

    @Test
    void discard_all_is_refused_inside_a_transaction() {
        client.run("BEGIN");

        assertThat(client.state("DISCARD ALL")).isEqualTo(SqlState.ACTIVE_TRANSACTION);
    }

    @Test
    void two_phase_commit_is_switched_off_as_it_is_by_default() {
        assertThat(client.run("PREPARE TRANSACTION 'x'")).containsExactly("ROLLBACK");
        assertThat(client.state("COMMIT PREPARED 'x'")).isEqualTo(SqlState.UNDEFINED_OBJECT);
        client.run("BEGIN");
        assertThat(client.state("PREPARE TRANSACTION 'x'"))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISCARD PLANS", "DISCARD SEQUENCES", "DISCARD TEMP", "UNLISTEN *"})
    void what_has_nothing_to_do_here_just_succeeds(String sql) {
        assertThat(client.run(sql)).containsExactly(sql.replace(" *", ""));
    }

    @Test
    void deallocate_takes_the_client_s_names() {
        client.prepared.add("one");
        client.prepared.add("two");
        client.prepared.add("three");

        assertThat(client.run("DEALLOCATE one")).containsExactly("DEALLOCATE");
        assertThat(client.run("DEALLOCATE PREPARE two")).containsExactly("DEALLOCATE");
        assertThat(client.prepared).containsExactly("three");
        assertThat(client.run("DEALLOCATE ALL")).containsExactly("DEALLOCATE ALL");
        assertThat(client.prepared).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SET TRANSACTION SNAPSHOT 'x'   | 17
                    LISTEN x                       | 1
                    """)
    void what_is_not_supported_says_so_at_its_place(String sql, int position) {
        SqlException fault = client.failure(sql);

        assertThat(fault.state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(fault).hasMessageEndingWith(": not supported by this version");
        assertThat(fault.position()).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DISCARD", "DISCARD EVERYTHING", "DEALLOCATE", "CREATE DATABASE", "DROP DATABASE",
                "CREATE DATABASE IF NOT EXISTS d", "DROP DATABASE IF d", "SET", "SET x", "SET x =",
                "SET TIME", "SET TIME ZONE", "SET rvbbit.", "SET DateStyle = ISO,", "SET x = -",
                "SET search_path =", "SET rvbbit.parallel = 1 2", "RESET", "SHOW rvbbit."
            })
    void what_is_cut_short_is_a_syntax_error(String sql) {
        assertThat(client.state(sql)).isEqualTo(SqlState.SYNTAX_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "CREATE TABLE t (a INTEGER)",
                "DROP TABLE t",
                "SET VARIABLE v = 1",
                "RESET VARIABLE v",
                "SHOW TABLES",
                "COPY t TO 'stdout'"
            })
    void what_is_the_engine_s_is_left_to_it(String sql) {
        assertThat(client.isOurs(sql)).isFalse();
    }
}
