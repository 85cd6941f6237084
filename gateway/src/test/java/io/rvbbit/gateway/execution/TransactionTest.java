package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransactionTest {
    private static final String ROWS = "SELECT coalesce(string_agg(a, ',' ORDER BY a), '') FROM t";

    @TempDir Path directory;

    private ClientFixture client;

    @BeforeEach
    void connect() {
        client = new ClientFixture(directory);
        client.run("CREATE TABLE t (a INTEGER PRIMARY KEY)");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String rows() {
        return client.run(ROWS).getFirst();
    }

    @Test
    void nothing_written_before_a_savepoint_is_the_easy_case() {
        client.run("BEGIN");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO t VALUES (1)");
        assertThat(client.run("ROLLBACK TO s")).containsExactly("ROLLBACK");
        client.run("INSERT INTO t VALUES (2)");
        client.run("COMMIT");

        assertThat(rows()).isEqualTo("2");
    }

    @Test
    void what_was_written_before_a_savepoint_stays() {
        client.run("BEGIN");
        client.run("INSERT INTO t VALUES (1)");
        client.run("UPDATE t SET a = a + 10");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO t VALUES (2)");
        assertThat(client.state("INSERT INTO t VALUES (2)")).isEqualTo(SqlState.UNIQUE_VIOLATION);
        assertThat(client.state("SELECT 1")).isEqualTo(SqlState.IN_FAILED_TRANSACTION);
        client.run("ROLLBACK TO SAVEPOINT s");
        client.run("INSERT INTO t VALUES (3)");
        client.run("COMMIT");

        assertThat(rows()).isEqualTo("3,11");
    }

    @Test
    void a_table_made_before_a_savepoint_is_there_again() {
        client.run("BEGIN");
        client.run("CREATE TABLE made AS SELECT 5 AS b");
        client.run("SAVEPOINT s");
        client.run("DROP TABLE made");
        client.run("ROLLBACK TO s");

        assertThat(client.run("SELECT b::VARCHAR FROM made")).containsExactly("5");
    }

    @Test
    void names_nest_and_hide_each_other() {
        client.run("BEGIN");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO t VALUES (1)");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO t VALUES (2)");
        client.run("ROLLBACK TO s");
        assertThat(rows()).isEqualTo("1");
        client.run("RELEASE s");
        client.run("ROLLBACK TO s");
        assertThat(rows()).isEmpty();
        client.run("RELEASE SAVEPOINT s");
        assertThat(client.state("ROLLBACK TO s")).isEqualTo(SqlState.INVALID_SAVEPOINT);
    }

    @Test
    void numbers_of_a_sequence_that_would_start_anew_are_not_given_again() {
        client.run("BEGIN");
        client.run("CREATE TABLE numbered (id serial, a INTEGER)");
        client.run("INSERT INTO numbered (a) VALUES (1)");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO numbered (a) VALUES (2)");

        assertThat(client.state("ROLLBACK TO s")).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        client.run("ROLLBACK");
    }

    @Test
    void what_gives_something_else_each_time_is_not_made_again() {
        client.run("CREATE TABLE moments (moment TIMESTAMPTZ DEFAULT now(), a INTEGER)");
        client.run("BEGIN");
        client.run("INSERT INTO moments (a) SELECT 1");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO moments (a) VALUES (2)");

        assertThat(client.state("ROLLBACK TO s")).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(client.run("COMMIT")).containsExactly("ROLLBACK");
        assertThat(client.run("SELECT count(*)::VARCHAR FROM moments")).containsExactly("0");
    }

    @Test
    void what_hangs_on_rows_that_others_changed_is_not_made_again() {
        client.run("INSERT INTO t VALUES (1)");
        client.run("BEGIN");
        client.run("CREATE TABLE copied AS SELECT a FROM t");
        client.run("SAVEPOINT s");
        client.run("INSERT INTO copied VALUES (2)");
        try (var other = client.databases.connect("default");
                var insert = other.prepare("INSERT INTO t VALUES (9)", java.util.List.of())) {
            other.changes().incrementAndGet();
            insert.execute(java.util.List.of()).close();
        }

        assertThat(client.state("ROLLBACK TO s")).isEqualTo(SqlState.SERIALIZATION_FAILURE);
        assertThat(client.run("COMMIT")).containsExactly("ROLLBACK");
    }

    @Test
    void settings_go_back_to_the_savepoint_too() {
        client.run("BEGIN");
        client.run("SET application_name = 'before'");
        client.run("SAVEPOINT s");
        client.run("SET LOCAL application_name = 'behind'");
        client.run("ROLLBACK TO s");

        assertThat(client.run("SHOW application_name")).containsExactly("before");
        client.run("ROLLBACK");
        assertThat(client.run("SHOW application_name")).containsExactly("");
    }

    @Test
    void set_local_ends_with_its_transaction() {
        client.run("BEGIN");
        client.run("SET statement_timeout = '7s'");
        client.run("SET LOCAL statement_timeout = '3s'");
        assertThat(client.run("SHOW statement_timeout")).containsExactly("3s");
        client.run("COMMIT");
        assertThat(client.run("SHOW statement_timeout")).containsExactly("7s");

        client.run("SET LOCAL statement_timeout = '1s'");
        assertThat(client.run("SHOW statement_timeout")).containsExactly("7s");
        assertThat(client.told)
                .containsExactly("WARNING 25P01 SET LOCAL can only be used in transaction blocks");
    }

    @Test
    void a_chained_transaction_has_the_modes_of_the_one_before() {
        client.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        client.run("COMMIT AND CHAIN");

        assertThat(client.run("SHOW transaction_isolation")).containsExactly("repeatable read");
        assertThat(client.run("SHOW transaction_read_only")).containsExactly("on");
        assertThat(client.state("INSERT INTO t VALUES (1)"))
                .isEqualTo(SqlState.READ_ONLY_TRANSACTION);
        client.run("ROLLBACK");
        assertThat(client.state("COMMIT AND CHAIN")).isEqualTo(SqlState.NO_ACTIVE_TRANSACTION);
    }

    @Test
    void modes_are_set_before_the_first_query() {
        client.run("BEGIN");
        client.run("SET TRANSACTION READ ONLY");
        client.run("SELECT 1::VARCHAR");

        assertThat(client.state("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
                .isEqualTo(SqlState.ACTIVE_TRANSACTION);
    }

    @Test
    void set_config_sets_and_current_setting_reads() {
        assertThat(client.run("SELECT set_config('my.own', 'v', false), current_setting('my.own')"))
                .containsExactly("v|v");
        assertThat(client.run("SHOW my.own")).containsExactly("v");
        assertThat(client.state("SELECT current_setting('no.such')"))
                .isEqualTo(SqlState.UNDEFINED_OBJECT);
    }
}
