package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.WireConversation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Savepoints as drivers and tools use them. */
@GatewayTest
class SavepointIT {
    private static final String COUNT = "SELECT count(*) FROM kept";

    @Test
    void the_driver_s_autosave_keeps_what_stood_before_the_fault(
            TestGateway gateway, SqlSession sql) throws Exception {
        sql.execute("CREATE OR REPLACE TABLE kept (a INTEGER PRIMARY KEY)");
        try (Connection connection = gateway.connect("default", Map.of("autosave", "always"))) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO kept VALUES (?)")) {
                for (int value : List.of(1, 2, 3)) {
                    insert.setInt(1, value);
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
                insert.setInt(1, 2);
                assertThatThrownBy(insert::executeUpdate)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                fault -> assertThat(fault.getSQLState()).isEqualTo("23505"));
                insert.setInt(1, 4);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            connection.commit();
        }
        assertThat(sql.number(COUNT)).isEqualTo(4);
    }

    @Test
    void nested_blocks_of_a_framework_go_back_one_by_one(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.execute("CREATE OR REPLACE TABLE kept (a INTEGER PRIMARY KEY)");
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES (1)");
            Savepoint outer = connection.setSavepoint("outer");
            statement.execute("INSERT INTO kept VALUES (2)");
            Savepoint inner = connection.setSavepoint("inner");
            statement.execute("UPDATE kept SET a = a + 100");
            connection.rollback(inner);
            assertThat(values(statement)).isEqualTo("1,2");
            connection.releaseSavepoint(inner);
            connection.rollback(outer);
            statement.execute("INSERT INTO kept VALUES (3)");
            connection.commit();
            assertThat(values(statement)).isEqualTo("1,3");
        }
    }

    @Test
    void rows_with_numbers_of_their_own_are_the_same_again(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.execute(
                "CREATE TABLE numbered (id serial PRIMARY KEY, name text, tags text[], made"
                        + " timestamptz DEFAULT now(), b bytea)");
        String all =
                "SELECT string_agg(t::text, ';' ORDER BY id) FROM (SELECT id, name, tags, made, b"
                        + " FROM numbered) t";
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "INSERT INTO numbered (name, tags, b) VALUES (?, ARRAY['a, b', NULL,"
                                        + " 'it''s'], ?) RETURNING id, made")) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= 3; i++) {
                insert.setString(1, i == 2 ? null : "na'me" + i);
                insert.setBytes(2, new byte[] {0, (byte) i, -1});
                try (ResultSet made = insert.executeQuery()) {
                    assertThat(made.getMetaData().getColumnCount()).isEqualTo(2);
                    assertThat(made.next()).isTrue();
                    assertThat(made.getInt(1)).isEqualTo(i);
                }
            }
            assertThat(statement.executeUpdate("INSERT INTO numbered (name) VALUES ('x'), ('y')"))
                    .isEqualTo(2);
            statement.execute("UPDATE numbered SET name = 'z' WHERE name = 'y'");
            String before = text(statement, all);
            Savepoint savepoint = connection.setSavepoint();
            statement.execute("INSERT INTO numbered (name) VALUES ('gone')");
            connection.rollback(savepoint);
            assertThat(text(statement, all)).isEqualTo(before);
            statement.execute("INSERT INTO numbered (name) VALUES ('last')");
            connection.commit();
            assertThat(
                            text(
                                    statement,
                                    "SELECT string_agg(id::text, ',' ORDER BY id) FROM numbered"))
                    .isEqualTo("1,2,3,4,5,7");
        } finally {
            sql.execute("DROP TABLE numbered");
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String values(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("SELECT string_agg(a, ',' ORDER BY a) FROM kept")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @Test
    void what_models_gave_is_not_paid_for_twice(TestGateway gateway, SqlSession sql) {
        sql.execute("CREATE OR REPLACE TABLE words (text VARCHAR, word VARCHAR)");
        try (WireConversation client = WireConversation.with(gateway)) {
            client.query("BEGIN")
                    .query(
                            "INSERT INTO words RVBBIT MAP 'first_word' AS word USING (SELECT 'a b'"
                                    + " AS text)")
                    .query("SAVEPOINT s")
                    .query("INSERT INTO words VALUES ('x', 'y')")
                    .answers(4);
            long calls = sql.model().calls();

            assertThat(client.query("ROLLBACK TO s").answers(1)).containsExactly("E 0A000", "Z E");
            assertThat(client.query("COMMIT").answers(1)).containsExactly("C ROLLBACK", "Z I");
            assertThat(sql.model().calls()).isEqualTo(calls);
        }
        assertThat(sql.number("SELECT count(*) FROM words")).isZero();
    }

    @Test
    void psql_goes_on_after_an_error_if_it_is_told_to(TestGateway gateway, SqlSession sql)
            throws Exception {
        assumeTrue(Processes.isInstalled("psql"), "psql is not installed");
        sql.execute("CREATE OR REPLACE TABLE kept (a INTEGER PRIMARY KEY)");
        Outcome outcome =
                Processes.run(
                        Path.of("."),
                        Map.of("PGCLIENTENCODING", "UTF8"),
                        List.of(
                                "psql",
                                "-X",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(gateway.port()),
                                "-U",
                                "rvbbit",
                                "-d",
                                "default",
                                "-v",
                                "ON_ERROR_ROLLBACK=on",
                                "-c",
                                "BEGIN",
                                "-c",
                                "INSERT INTO kept VALUES (1)",
                                "-c",
                                "INSERT INTO kept VALUES (1)",
                                "-c",
                                "SELECT nothing",
                                "-c",
                                "INSERT INTO kept VALUES (2)",
                                "-c",
                                "COMMIT"));

        assertThat(outcome.out()).endsWith("COMMIT\n");
        assertThat(outcome.err()).contains("duplicate key", "\"nothing\" does not exist");
        assertThat(sql.number(COUNT)).isEqualTo(2);
    }
}
