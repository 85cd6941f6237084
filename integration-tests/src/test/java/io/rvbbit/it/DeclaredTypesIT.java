package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CHECK_VIOLATION;
import static io.rvbbit.rewriter.SqlState.FOREIGN_KEY_VIOLATION;
import static io.rvbbit.rewriter.SqlState.NAME_TOO_LONG;
import static io.rvbbit.rewriter.SqlState.STRING_TOO_LONG;
import static io.rvbbit.rewriter.SqlState.UNIQUE_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.util.ServerErrorMessage;

/** Types and constraints of tables, of which the engine forgets the names. */
@GatewayTest
class DeclaredTypesIT {
    private static final String TABLE =
            "CREATE OR REPLACE TABLE declared (id int PRIMARY KEY, v varchar(10), c char(5), j jsonb,"
                    + " va varchar(3)[], n numeric(10,2), t text CHECK (length(t) < 9))";

    private static List<String> types(SqlSession sql, String query) throws SQLException {
        try (Statement statement = sql.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> types = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                types.add(columns.getColumnTypeName(i) + " " + columns.getPrecision(i));
            }
            return types;
        }
    }

    @Test
    void a_column_keeps_the_type_that_it_was_declared_with(SqlSession sql) throws SQLException {
        sql.execute(TABLE);

        assertThat(types(sql, "SELECT v, c, j, va, n, n * 2 FROM declared"))
                .containsExactly(
                        "varchar 10",
                        "bpchar 5",
                        "jsonb 2147483647",
                        "_varchar 3",
                        "numeric 10",
                        "numeric 0");
        assertThat(types(sql, "INSERT INTO declared (id, v) VALUES (1, 'a') RETURNING v, j"))
                .containsExactly("varchar 10", "jsonb 2147483647");
        sql.query(
                        """
                        SELECT column_name, data_type, character_maximum_length AS most
                        FROM information_schema.columns WHERE table_name = 'declared' ORDER BY ordinal_position\
                        """)
                .returns(
                        """
                        column_name | data_type         | most
                        id          | integer           | NULL
                        v           | character varying | 10
                        c           | character         | 5
                        j           | jsonb             | NULL
                        va          | ARRAY             | NULL
                        n           | numeric           | NULL
                        t           | text              | NULL\
                        """);
        sql.query(
                        "SELECT conname FROM pg_constraint WHERE conrelid = 'declared'::regclass"
                                + " ORDER BY conname")
                .returns(
                        """
                        conname
                        declared_pkey
                        declared_t_check\
                        """);
    }

    @Test
    void the_type_follows_renames_and_transactions(SqlSession sql) throws SQLException {
        sql.execute(TABLE).execute("ALTER TABLE declared RENAME COLUMN v TO \"V 2\"");
        sql.execute("ALTER TABLE declared RENAME TO renamed");

        assertThat(types(sql, "SELECT \"V 2\", j FROM renamed"))
                .containsExactly("varchar 10", "jsonb 2147483647");

        sql.execute("BEGIN").execute("DROP TABLE renamed");
        sql.execute("CREATE TABLE renamed (j json, \"V 2\" text)");
        assertThat(types(sql, "SELECT \"V 2\", j FROM renamed"))
                .containsExactly("text 2147483647", "json 2147483647");
        sql.execute("ROLLBACK");
        assertThat(types(sql, "SELECT \"V 2\", j FROM renamed"))
                .containsExactly("varchar 10", "jsonb 2147483647");
    }

    @Test
    void a_parameter_has_the_type_of_the_column_that_it_is_assigned_to(SqlSession sql)
            throws SQLException {
        sql.execute(TABLE);

        try (PreparedStatement insert =
                sql.connection()
                        .prepareStatement(
                                "INSERT INTO declared (id, j, v) VALUES (?, ?, lower(?))")) {
            assertThat(insert.getParameterMetaData().getParameterTypeName(2)).isEqualTo("jsonb");
            assertThat(insert.getParameterMetaData().getParameterTypeName(3)).isEqualTo("text");
        }
        try (PreparedStatement update =
                sql.connection().prepareStatement("UPDATE declared SET v = ? WHERE id = ?")) {
            assertThat(update.getParameterMetaData().getParameterTypeName(1)).isEqualTo("varchar");
        }
    }

    @Test
    void a_length_holds(SqlSession sql) {
        sql.execute(TABLE);

        sql.query("INSERT INTO declared (id, v) VALUES (1, '12345678901')")
                .fails(STRING_TOO_LONG)
                .says("value too long for type character varying(10)");
        sql.query("INSERT INTO declared (id, c) VALUES (1, '123456')")
                .fails(STRING_TOO_LONG)
                .says("value too long for type character(5)");
        sql.execute("INSERT INTO declared (id, c) VALUES (1, '12       ')");
        assertThat(sql.value("SELECT c FROM declared")).isEqualTo("12   ");
    }

    @Test
    void a_violated_constraint_is_named(SqlSession sql) {
        sql.execute("CREATE TABLE named (a int PRIMARY KEY, b int CHECK (b > 0), UNIQUE (a, b))");
        sql.execute("CREATE TABLE child (x int REFERENCES named (a))");
        sql.execute("INSERT INTO named VALUES (1, 1)").execute("INSERT INTO child VALUES (1)");

        ServerErrorMessage duplicate =
                sql.query("INSERT INTO named VALUES (1, 2)").fails(UNIQUE_VIOLATION).told();
        assertThat(duplicate.getMessage())
                .isEqualTo("duplicate key value violates unique constraint \"named_pkey\"");
        assertThat(duplicate.getDetail()).isEqualTo("Key (a)=(1) already exists.");
        assertThat(duplicate.getConstraint()).isEqualTo("named_pkey");
        assertThat(duplicate.getTable()).isEqualTo("named");
        assertThat(duplicate.getSchema()).isEqualTo("public");

        ServerErrorMessage check =
                sql.query("INSERT INTO named VALUES (2, -1)").fails(CHECK_VIOLATION).told();
        assertThat(check.getMessage())
                .isEqualTo(
                        "new row for relation \"named\" violates check constraint \"named_b_check\"");
        assertThat(check.getConstraint()).isEqualTo("named_b_check");

        ServerErrorMessage missing =
                sql.query("INSERT INTO child VALUES (7)").fails(FOREIGN_KEY_VIOLATION).told();
        assertThat(missing.getConstraint()).isEqualTo("child_x_fkey");
        assertThat(missing.getDetail()).isEqualTo("Key (x)=(7) is not present in table \"named\".");

        ServerErrorMessage referenced =
                sql.query("DELETE FROM named").fails(FOREIGN_KEY_VIOLATION).told();
        assertThat(referenced.getDetail())
                .isEqualTo("Key (a)=(1) is still referenced from table \"child\".");
    }

    @Test
    void a_constraint_is_named_inside_a_failed_transaction(SqlSession sql) {
        sql.execute("CREATE TABLE kept (a int PRIMARY KEY)").execute("INSERT INTO kept VALUES (1)");
        sql.execute("BEGIN").execute("INSERT INTO kept VALUES (2)");

        assertThat(
                        sql.query("INSERT INTO kept VALUES (2)")
                                .fails(UNIQUE_VIOLATION)
                                .told()
                                .getConstraint())
                .isEqualTo("kept_pkey");
        sql.execute("ROLLBACK");
    }

    @Test
    void rows_may_have_no_columns_and_rows_may_be_values(SqlSession sql) {
        assertThat(sql.value("SELECT EXISTS (SELECT FROM (VALUES (1)) v)")).isEqualTo("t");
        assertThat(sql.value("SELECT ROW(1, NULL, 'a b', ROW(2, 'q\"'))"))
                .isEqualTo("(1,,\"a b\",\"(2,\"\"q\"\"\"\"\"\")\")");
        assertThat(sql.value("SELECT U&'d\\0061t\\+000061' || U&'!0062' UESCAPE '!'"))
                .isEqualTo("datab");
        sql.query("SELECT 1 AS " + "a".repeat(70))
                .tells(NAME_TOO_LONG, "will be truncated to \"" + "a".repeat(63) + "\"");
    }
}
