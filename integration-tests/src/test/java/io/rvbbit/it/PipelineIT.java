package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.WireConversation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands between two Syncs, or in one simple query, is one transaction. */
@GatewayTest
class PipelineIT {
    private static final String ROWS =
            "SELECT coalesce(string_agg(a, ',' ORDER BY a), '') FROM pipe";

    private WireConversation client;

    @BeforeEach
    void connect(TestGateway gateway) {
        client = WireConversation.with(gateway);
        client.query("CREATE TABLE pipe (a INTEGER)").answers(1);
    }

    @AfterEach
    void disconnect() {
        client.sync().query("ROLLBACK").query("DROP TABLE pipe").answers(3);
        client.close();
    }

    private String rows() {
        return client.query(ROWS).answers(1).get(1);
    }

    @Test
    void a_pipeline_is_committed_at_its_sync() {
        assertThat(
                        client.run("INSERT INTO pipe VALUES (1)")
                                .run("INSERT INTO pipe VALUES (2)")
                                .sync()
                                .answers(1))
                .containsExactly("1", "2", "C INSERT 0 1", "1", "2", "C INSERT 0 1", "Z I");
        assertThat(rows()).isEqualTo("D 1,2");
    }

    @Test
    void a_pipeline_that_fails_leaves_nothing() {
        assertThat(
                        client.run("INSERT INTO pipe VALUES (1)")
                                .run("INSERT INTO nowhere VALUES (2)")
                                .run("INSERT INTO pipe VALUES (3)")
                                .sync()
                                .answers(1))
                .containsExactly("1", "2", "C INSERT 0 1", "E 42P01", "Z I");
        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void a_flush_between_the_statements_changes_nothing() {
        client.run("INSERT INTO pipe VALUES (1)").flush().until("C", 1);

        assertThat(client.run("SELECT nothing").sync().answers(1))
                .containsExactly("E 42703", "Z I");
        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void begin_takes_what_was_sent_before_it_into_its_transaction() {
        client.run("INSERT INTO pipe VALUES (1)")
                .run("BEGIN")
                .run("INSERT INTO pipe VALUES (2)")
                .sync()
                .query("ROLLBACK")
                .answers(2);

        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void commit_in_a_pipeline_warns_and_commits_what_stands_before_it() {
        assertThat(
                        client.run("INSERT INTO pipe VALUES (1)")
                                .run("COMMIT")
                                .run("INSERT INTO pipe VALUES (2)")
                                .run("SELECT nothing")
                                .sync()
                                .answers(1))
                .contains("N 25P01", "C COMMIT", "E 42703");
        assertThat(rows()).isEqualTo("D 1");
    }

    @Test
    void what_cannot_stand_with_others_is_refused_behind_another() {
        assertThat(client.run("INSERT INTO pipe VALUES (1)").run("VACUUM").sync().answers(1))
                .contains("E 25001");
        assertThat(client.run("VACUUM").sync().answers(1)).contains("C VACUUM");
        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void a_script_is_one_transaction() {
        client.query("INSERT INTO pipe VALUES (1); INSERT INTO pipe VALUES (2); SELECT nothing")
                .answers(1);

        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void a_script_that_cannot_be_read_is_not_begun() {
        assertThat(client.query("INSERT INTO pipe VALUES (1); COMMIT; SELCT 2").answers(1))
                .containsExactly("E 42601", "Z I");
        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void a_script_may_use_what_it_makes() {
        assertThat(
                        client.query(
                                        "CREATE TABLE made (a INTEGER); INSERT INTO made VALUES (7);"
                                                + " SELECT a FROM made; DROP TABLE made")
                                .answers(1))
                .containsExactly(
                        "C CREATE TABLE",
                        "C INSERT 0 1",
                        "T 1",
                        "D 7",
                        "C SELECT 1",
                        "C DROP TABLE",
                        "Z I");
    }

    @Test
    void begin_in_a_script_keeps_the_transaction_open() {
        assertThat(
                        client.query(
                                        "INSERT INTO pipe VALUES (1); BEGIN; INSERT INTO pipe VALUES (2)")
                                .query("ROLLBACK")
                                .answers(2))
                .containsExactly(
                        "C INSERT 0 1", "C BEGIN", "C INSERT 0 1", "Z T", "C ROLLBACK", "Z I");
        assertThat(rows()).isEqualTo("D ");
    }

    @Test
    void commit_in_a_script_parts_it() {
        client.query("INSERT INTO pipe VALUES (1); COMMIT; INSERT INTO pipe VALUES (2); SELECT x")
                .answers(1);

        assertThat(rows()).isEqualTo("D 1");
    }

    @Test
    void a_failed_transaction_takes_only_its_end_also_by_the_extended_protocol() {
        client.parse("s", "SELECT 1").query("BEGIN").query("SELECT nothing").answers(2);

        assertThat(client.parse("", "SELECT 2").sync().answers(1))
                .containsExactly("E 25P02", "Z E");
        assertThat(client.bind("", "s").sync().answers(1)).containsExactly("E 25P02", "Z E");
        assertThat(client.describe('S', "s").sync().answers(1)).containsExactly("E 25P02", "Z E");
        assertThat(client.run("COMMIT").sync().answers(1))
                .containsExactly("1", "2", "C ROLLBACK", "Z I");
    }

    @Test
    void a_read_only_default_counts_outside_a_transaction_too() {
        client.query("SET default_transaction_read_only = on").answers(1);

        assertThat(client.query("INSERT INTO pipe VALUES (1)").answers(1))
                .containsExactly("E 25006", "Z I");
        assertThat(client.query("CREATE TABLE other (a INTEGER)").answers(1))
                .containsExactly("E 25006", "Z I");
        assertThat(client.query("SET default_transaction_read_only = off").answers(1))
                .contains("C SET");
    }

    @Test
    void a_set_that_is_rolled_back_is_told_again() {
        assertThat(
                        client.query("BEGIN")
                                .query("SET application_name = 'inside'")
                                .query("ROLLBACK")
                                .answers(3))
                .containsSubsequence(
                        "S application_name=inside", "C ROLLBACK", "S application_name=");
    }
}
