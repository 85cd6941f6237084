package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Views and macros that call the functions, made and unmade in transactions: whoever uses one has a
 * caller, and whoever uses what only looks like one has none.
 */
@GatewayTest
class FunctionUsesIT {
    private static final String VIEW =
            "CREATE OR REPLACE VIEW judged AS SELECT rvbbit_run('first_word', {'text': name}) AS word"
                    + " FROM plants";
    private static final String PLAIN =
            "CREATE OR REPLACE VIEW judged AS SELECT 'tall' AS word FROM plants";
    private static final String MACRO =
            "CREATE OR REPLACE MACRO head(t) AS rvbbit_run('first_word', {'text': t})";
    private static final String READ = "SELECT * FROM judged";
    private static final String ANSWER = "word\ntall";

    @BeforeEach
    void plant(SqlSession sql) {
        sql.execute("CREATE TABLE plants AS SELECT 'tall tree' AS name");
    }

    @AfterEach
    void uproot(SqlSession sql) {
        sql.query("ROLLBACK");
        sql.execute("DROP VIEW IF EXISTS judged");
        sql.execute("DROP MACRO IF EXISTS head");
        sql.execute("DROP TABLE plants");
    }

    /** The statement gives the answer, under a caller of its own if it must have one. */
    private static void reads(SqlSession session, String sql, boolean accounted) {
        String before = session.lastCaller();
        long calls = session.model().calls();
        session.query(sql).returns(ANSWER);
        String after = session.lastCaller();
        if (!accounted) {
            assertThat(after).isEqualTo(before);
            assertThat(session.model().calls()).isEqualTo(calls);
            return;
        }
        assertThat(after).startsWith("sql-").isNotEqualTo(before);
        assertThat(
                        session.number(
                                "SELECT count(*) FROM sql_query_log WHERE caller_id = '"
                                        + after
                                        + "' AND query_type = 'rvbbit_function'"))
                .isOne();
    }

    @Test
    void a_view_is_accounted_in_its_transaction_and_after_the_commit(
            SqlSession sql, SqlSession other) {
        sql.execute("BEGIN");
        sql.execute(VIEW);
        reads(sql, READ, true);
        other.query(READ).fails(UNDEFINED_TABLE);
        sql.execute("COMMIT");

        reads(sql, READ, true);
        reads(other, READ, true);
    }

    @Test
    void a_view_that_was_rolled_back_leaves_nothing_behind(SqlSession sql, SqlSession other) {
        sql.execute(PLAIN);
        reads(other, READ, false);
        sql.execute("BEGIN");
        sql.execute(VIEW);
        reads(sql, READ, true);
        reads(other, READ, false);
        sql.execute("ROLLBACK");

        reads(sql, READ, false);
        reads(other, READ, false);
    }

    @Test
    void a_view_replaced_by_a_plain_one_costs_nothing_after_the_commit(
            SqlSession sql, SqlSession other) {
        sql.execute(VIEW);
        reads(other, READ, true);
        sql.execute("BEGIN");
        sql.execute(PLAIN);
        reads(sql, READ, false);
        reads(other, READ, true);
        sql.execute("COMMIT");

        reads(sql, READ, false);
        reads(other, READ, false);
    }

    @Test
    void a_transaction_that_began_before_the_commit_goes_on_with_what_it_sees(
            SqlSession sql, SqlSession other) {
        sql.execute(PLAIN);
        other.execute("BEGIN");
        reads(other, READ, false);
        sql.execute(VIEW);

        reads(other, READ, false);
        other.execute("COMMIT");
        reads(other, READ, true);
    }

    @Test
    void a_macro_is_accounted_like_a_view(SqlSession sql, SqlSession other) {
        String use = "SELECT head(name) AS word FROM plants";
        sql.execute("BEGIN");
        sql.execute(MACRO);
        reads(sql, use, true);
        sql.execute("ROLLBACK");
        sql.query(use).fails(UNDEFINED_FUNCTION);

        sql.execute("BEGIN");
        sql.execute(MACRO);
        sql.execute("CREATE VIEW judged AS SELECT head(name) AS word FROM plants");
        sql.execute("COMMIT");
        reads(other, use, true);
        reads(other, READ, true);
    }

    @Test
    void a_savepoint_takes_a_view_back(SqlSession sql) {
        sql.execute(PLAIN);
        sql.execute("BEGIN");
        sql.execute("SAVEPOINT before");
        sql.execute(VIEW);
        sql.execute("ROLLBACK TO before");

        reads(sql, READ, false);
        sql.execute("COMMIT");
        reads(sql, READ, false);
    }

    @Test
    void a_view_from_before_a_savepoint_is_accounted_after_the_commit(
            SqlSession sql, SqlSession other) {
        sql.execute(PLAIN);
        sql.execute("BEGIN");
        sql.execute(VIEW);
        sql.execute("SAVEPOINT after");
        sql.execute("INSERT INTO plants VALUES ('small bush')");
        sql.execute("ROLLBACK TO after");
        reads(other, READ, false);
        reads(sql, READ, true);
        sql.execute("COMMIT");

        reads(other, READ, true);
    }

    @Test
    void tables_made_meanwhile_change_nothing(SqlSession sql, SqlSession other) {
        sql.execute(VIEW);
        reads(other, READ, true);
        sql.execute("CREATE TABLE weeds (judged int)");
        sql.execute("DROP TABLE weeds");

        reads(other, READ, true);
        reads(sql, READ, true);
    }

    @Test
    void a_statement_prepared_before_the_commit_follows_it(SqlSession sql, SqlSession other) {
        sql.execute(PLAIN);
        other.execute("PREPARE p AS SELECT * FROM judged");
        reads(other, "EXECUTE p", false);

        sql.execute("BEGIN");
        sql.execute(VIEW);
        sql.execute("COMMIT");

        reads(other, "EXECUTE p", true);
    }
}
