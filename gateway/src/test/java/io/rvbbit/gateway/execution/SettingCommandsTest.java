package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingCommandsTest {
    private static final int MODES_OF_A_TRANSACTION = 3;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    SET rvbbit.parallel = 4                 | rvbbit.parallel     | 4
                    SET RVBBIT.Parallel TO '5'              | rvbbit.parallel     | 5
                    SET SESSION rvbbit.notices = off        | rvbbit.notices      | off
                    SET NAMES 'utf8'                        | client_encoding     | UTF8
                    SET TIME ZONE 'Europe/Berlin'           | TimeZone            | Europe/Berlin
                    SET TIME ZONE LOCAL                     | TIME ZONE           | UTC
                    SET timezone TO DEFAULT                 | TimeZone            | UTC
                    SET extra_float_digits = -3             | extra_float_digits  | -3
                    SET DateStyle = ISO, MDY                | DateStyle           | ISO, MDY
                    SET statement_timeout = '5min'          | statement_timeout   | 5min
                    SET search_path = a, "$user", 'b'       | search_path         | a, "$user", b
                    SET application_name = 'x''y'           | application_name    | x'y
                    """)
    void set_is_shown(String set, String name, String shown) {
        client.run("CREATE SCHEMA a");
        client.run("CREATE SCHEMA b");
        assertThat(client.run(set)).containsExactly("SET");
        assertThat(client.run("SHOW " + name)).containsExactly(shown);
    }

    @Test
    void reset_and_set_to_default_go_back() {
        client.run("SET rvbbit.parallel = 4");
        assertThat(client.run("RESET rvbbit.parallel")).containsExactly("RESET");
        assertThat(client.run("SHOW rvbbit.parallel")).containsExactly("16");

        client.run("SET rvbbit.parallel = 4");
        assertThat(client.run("SET rvbbit.parallel TO DEFAULT")).containsExactly("SET");
        assertThat(client.run("SHOW rvbbit.parallel")).containsExactly("16");

        client.run("SET TIME ZONE 'Asia/Tokyo'");
        client.run("RESET ALL");
        assertThat(client.run("SHOW TIME ZONE")).containsExactly("UTC");
    }

    @Test
    void the_engine_follows_time_zone_and_search_path() {
        client.run("CREATE SCHEMA s");
        client.run("CREATE TABLE s.t AS SELECT 'in s' AS a");
        client.run("SET TimeZone = 'Asia/Tokyo'");
        client.run("SET search_path TO s, public");

        assertThat(client.run("SELECT a FROM t")).containsExactly("in s");
        assertThat(client.run("SELECT (TIMESTAMPTZ '2026-01-01 00:00:00+00')::VARCHAR"))
                .containsExactly("2026-01-01 09:00:00+09");
        client.run("RESET ALL");
        assertThat(client.state("SELECT a FROM t")).isEqualTo(SqlState.UNDEFINED_TABLE);
    }

    @Test
    void a_schema_that_is_not_there_yet_may_stand_in_the_search_path() {
        client.run("SET search_path = later");
        assertThat(client.run("SHOW search_path")).containsExactly("later");
        client.run("CREATE SCHEMA later");
        client.run("CREATE TABLE found (a INTEGER)");

        assertThat(client.run("SELECT count(*)::VARCHAR FROM later.found")).containsExactly("0");
    }

    @Test
    void show_all_has_a_row_for_each_setting() {
        assertThat(client.run("SHOW ALL"))
                .contains("rvbbit.parallel|16|", "server_version|" + Settings.SERVER_VERSION + "|")
                .contains("transaction_isolation|read committed|")
                .hasSize(client.client.settings().all().size() + MODES_OF_A_TRANSACTION);
    }

    @Test
    void transaction_isolation_is_shown_under_both_names() {
        assertThat(client.run("SHOW TRANSACTION ISOLATION LEVEL"))
                .isEqualTo(client.run("SHOW transaction_isolation"));
    }

    @Test
    void an_unknown_setting_fails_before_anything_runs() {
        assertThat(client.state("SET no_such = 1")).isEqualTo(SqlState.UNDEFINED_OBJECT);
        assertThat(client.state("SHOW no_such")).isEqualTo(SqlState.UNDEFINED_OBJECT);
        assertThat(client.state("RESET no_such")).isEqualTo(SqlState.UNDEFINED_OBJECT);
    }
}
