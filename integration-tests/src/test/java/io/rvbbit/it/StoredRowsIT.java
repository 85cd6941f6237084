package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.DUPLICATE_TABLE;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.PROGRAM_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.UNIQUE_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** CREATE TABLE AS, INSERT and COPY of a MAP: what is stored, and what is left where one fails. */
@GatewayTest
class StoredRowsIT {
    private static final String LEFT =
            "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '__vbbit%'"
                    + " OR starts_with(table_name, 'stored')";

    private static String rows(String prefix, int count) {
        return "(SELECT '" + prefix + "' || i AS text, i FROM range(" + count + ") r(i))";
    }

    @Test
    void rows_are_stored_in_the_order_of_the_input(SqlSession sql) {
        sql.query(
                        "CREATE TABLE stored AS RVBBIT MAP PARALLEL 8 'first_word' AS w USING"
                                + " (SELECT 'a' || i AS text, i FROM range(3000) r(i) LIMIT 3000)")
                .changes(3_000);
        assertThat(sql.number("SELECT count(*) FROM stored WHERE w = text")).isEqualTo(3_000);
        assertThat(sql.number("SELECT count(*) FROM stored WHERE i = rowid")).isEqualTo(3_000);
        assertThat(sql.model().calls()).isEqualTo(3_000);
        sql.execute("DROP TABLE stored");
        sql.query(LEFT).returns("table_name");
    }

    @Test
    void all_forms_of_create_table_store(SqlSession sql) {
        sql.execute("CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' USING " + rows("b", 2))
                .execute(
                        "CREATE OR REPLACE TEMP TABLE stored AS WITH n AS "
                                + rows("c", 3)
                                + " RVBBIT MAP 'first_word' AS w USING (SELECT text FROM n)");
        sql.query("TABLE stored")
                .returns(
                        """
                        text | w
                        c0   | c0
                        c1   | c1
                        c2   | c2\
                        """);
        long calls = sql.model().calls();
        sql.query("CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' USING " + rows("d", 2))
                .fails(DUPLICATE_TABLE);
        sql.query(
                        "CREATE TEMP TABLE IF NOT EXISTS stored AS RVBBIT MAP 'first_word' USING "
                                + rows("d", 2))
                .tells(DUPLICATE_TABLE, "already exists, skipping")
                .succeeds();
        assertThat(sql.model().calls()).isEqualTo(calls);
        sql.execute("DROP TABLE stored");
    }

    @Test
    void columns_conflicts_and_returning_are_the_inserts_own(SqlSession sql) {
        sql.execute("CREATE TEMP TABLE stored (id INT PRIMARY KEY, word TEXT, more INT DEFAULT 7)");
        sql.query(
                        "INSERT INTO stored (id, word) RVBBIT MAP 'first_word' AS word USING"
                                + " (SELECT i::INT AS text FROM range(3) r(i)) RETURNING *")
                .returns(
                        """
                        id | word | more
                        0  | 0    | 7
                        1  | 1    | 7
                        2  | 2    | 7\
                        """);
        sql.query(
                        "INSERT INTO stored (id, word) RVBBIT MAP 'first_word' AS word USING"
                                + " (SELECT i::INT AS text FROM range(1, 5) r(i))"
                                + " ON CONFLICT (id) DO UPDATE SET more = excluded.id * 10")
                .changes(4);
        sql.query(
                        "WITH n AS (SELECT 9 AS text) INSERT INTO stored (id, word) RVBBIT MAP"
                                + " 'first_word' AS word USING (SELECT text FROM n)")
                .changes(1);
        sql.query("SELECT id, more FROM stored ORDER BY id")
                .returns(
                        """
                        id | more
                        0  | 7
                        1  | 10
                        2  | 20
                        3  | 7
                        4  | 7
                        9  | 7\
                        """);
        sql.execute("DROP TABLE stored");
    }

    @Test
    void typed_meta_and_error_columns_are_stored(SqlSession sql) {
        sql.model().answers("e1", "17").answers("e0", "no number");
        sql.execute(
                "CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS (n DECIMAL(6,2)) USING "
                        + rows("e", 2)
                        + " WITH (on_error = 'column', meta = true)");
        sql.query(
                        "SELECT i, n, _tokens_in > 0 AS asked, _error ->> 'class' AS class FROM"
                                + " stored ORDER BY i")
                .returns(
                        """
                        i | n     | asked | class
                        0 | NULL  | t     | cast
                        1 | 17.00 | t     | NULL\
                        """);
        sql.execute("DROP TABLE stored");
    }

    @Test
    void parameters_reach_what_they_stand_in(TestGateway gateway) throws SQLException {
        try (Connection connection = gateway.connect()) {
            try (PreparedStatement create =
                    connection.prepareStatement(
                            "CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING"
                                    + " (SELECT ? || i AS text FROM range(9) r(i) WHERE i < ?)")) {
                create.setString(1, "p");
                create.setInt(2, 2);
                assertThat(create.executeUpdate()).isEqualTo(2);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO stored RVBBIT MAP 'first_word' AS w USING (SELECT ? AS"
                                    + " text) RETURNING text, w AS told")) {
                for (String text : new String[] {"q", "r"}) {
                    insert.setString(1, text);
                    try (ResultSet row = insert.executeQuery()) {
                        assertThat(row.next()).isTrue();
                        assertThat(row.getString("text")).isEqualTo(text);
                        assertThat(row.getString("told")).isEqualTo(text);
                    }
                }
            }
            try (var statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT string_agg(w, ' ') FROM stored")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("p0 p1 q r");
            }
        }
    }

    @Test
    void a_failed_statement_leaves_nothing(SqlSession sql) {
        sql.model().failsOn("f5", StubFault.status(400));
        sql.query("CREATE TABLE stored AS RVBBIT MAP 'first_word' AS w USING " + rows("f", 10))
                .fails(EXTERNAL_ROUTINE);
        sql.query(
                        "CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS (w INT) USING "
                                + rows("g", 10))
                .fails(EXTERNAL_ROUTINE);
        sql.query(LEFT).returns("table_name");
    }

    @Test
    void a_failed_statement_ends_its_transaction_and_leaves_nothing(SqlSession sql) {
        sql.execute("BEGIN")
                .execute("CREATE TABLE stored_input AS SELECT 'h1' AS text")
                .execute(
                        "CREATE TABLE stored AS RVBBIT MAP 'first_word' AS w USING (SELECT * FROM"
                                + " stored_input)");
        assertThat(sql.text("SELECT w FROM stored")).isEqualTo("h1");
        sql.query(
                        "CREATE TABLE stored_2 AS RVBBIT MAP 'first_word' AS (w INT) USING (SELECT"
                                + " * FROM stored_input)")
                .fails(EXTERNAL_ROUTINE);
        sql.execute("ROLLBACK");
        sql.query(LEFT).returns("table_name");
    }

    @Test
    void a_constraint_is_checked_when_the_rows_are_there(SqlSession sql) {
        sql.execute("CREATE TABLE stored (text TEXT, i INT, w TEXT UNIQUE)");
        sql.model().answers("k1", "same").answers("k2", "same");
        sql.query("INSERT INTO stored RVBBIT MAP 'first_word' AS w USING " + rows("k", 4))
                .fails(UNIQUE_VIOLATION);
        assertThat(sql.number("SELECT count(*) FROM stored")).isZero();
        String caller = sql.lastCaller();
        long calls = sql.model().calls();
        sql.execute("ALTER TABLE stored RENAME TO stored_old")
                .execute("CREATE TABLE stored (text TEXT, i INT, w TEXT)")
                .execute("RVBBIT RESUME '" + caller + "'");
        assertThat(sql.number("SELECT count(*) FROM stored")).isEqualTo(4);
        assertThat(sql.model().calls()).isEqualTo(calls);
        sql.execute("DROP TABLE stored").execute("DROP TABLE stored_old");
    }

    @Test
    void an_empty_input_stores_no_row(SqlSession sql) {
        sql.query("CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING " + rows("l", 0))
                .changes(0);
        sql.query("INSERT INTO stored RVBBIT MAP 'first_word' AS w USING " + rows("l", 0))
                .changes(0);
        sql.query("TABLE stored").returns("text | i | w");
        sql.execute("DROP TABLE stored");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void equal_inputs_are_paid_once_and_duplicates_dropped(SqlSession sql) {
        String twice = "(SELECT 'm' || (i % 3) AS text FROM range(9) r(i))";
        sql.query("CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING " + twice)
                .changes(9);
        sql.query("INSERT INTO stored RVBBIT MAP DISTINCT 'first_word' AS w USING " + twice)
                .changes(3);
        assertThat(sql.model().calls()).isEqualTo(3);
        sql.execute("DROP TABLE stored");
    }

    @Test
    void the_bound_holds_and_is_told(SqlSession sql) {
        sql.query(
                        "CREATE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING "
                                + rows("n", 7)
                                + " WITH (limit = 4)")
                .changes(4);
        sql.query(
                        "CREATE OR REPLACE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING"
                                + " (SELECT 'n1' AS text FROM range(1001))")
                .tells(io.rvbbit.rewriter.SqlState.WARNING, "limited to 1000 rows")
                .changes(1_000);
        long calls = sql.model().calls();
        sql.query(
                        "CREATE OR REPLACE TEMP TABLE stored AS RVBBIT MAP 'first_word' AS w USING"
                                + " (SELECT 'o' || i AS text FROM range(1000001) r(i)) WITH (limit"
                                + " = none)")
                .fails(PROGRAM_LIMIT_EXCEEDED);
        assertThat(sql.model().calls()).isEqualTo(calls);
        sql.execute("DROP TABLE stored");
    }

    @Test
    void an_insert_may_read_what_it_fills(SqlSession sql) {
        sql.execute(
                        "CREATE TEMP TABLE stored AS SELECT 'p' || i AS text, '' AS w FROM range(3) r(i)")
                .execute(
                        "INSERT INTO stored RVBBIT MAP 'first_word' AS w USING (SELECT text FROM"
                                + " stored)");
        assertThat(sql.number("SELECT count(*) FROM stored")).isEqualTo(6);
        sql.execute("DROP TABLE stored");
    }
}
