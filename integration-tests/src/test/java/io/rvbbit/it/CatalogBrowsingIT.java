package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What psql and pgjdbc tell about a schema, compared with what they tell about PostgreSQL 15. */
@GatewayTest
class CatalogBrowsingIT {
    private static final List<String> CONNECTION_TIED = List.of("getConnection");

    @Test
    void psql_describes_every_kind_of_object_as_on_postgresql(
            TestGateway gateway, SqlSession sql, @TempDir Path directory) throws Exception {
        assumeTrue(Processes.isInstalled("psql"), "skipped: psql is not installed");
        sql.execute("CREATE DATABASE browsed");
        Path schema = directory.resolve("schema.sql");
        Files.writeString(schema, resource("schema.sql"));
        assertThat(psql(gateway, "-v", "ON_ERROR_STOP=1", "-f", schema.toString()).exitCode())
                .isZero();
        StringBuilder output = new StringBuilder();
        // A blank line ends one psql and its temporary tables.
        for (String group : resource("psql-commands.txt").split("\n\n", -1)) {
            Path commands = directory.resolve("commands.sql");
            Files.writeString(commands, script(group));
            output.append(psql(gateway, "-f", commands.toString()).out());
        }

        Map<String, String> told = blocks(output.toString());
        Map<String, String> expected = blocks(resource("psql-expected.txt"));

        assertThat(told.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach(
                (command, text) -> assertThat(told.get(command)).as(command).isEqualTo(text));
    }

    @Test
    void the_jdbc_driver_tells_of_a_schema_what_it_tells_on_postgresql(
            TestGateway gateway, SqlSession sql) throws Exception {
        sql.execute("CREATE DATABASE measured");
        try (Connection connection = connect(gateway, "measured")) {
            create(connection);

            Map<String, String> told = blocks(MetaDataText.of(connection.getMetaData()));
            Map<String, String> expected = blocks(resource("jdbc-expected.txt"));

            assertThat(told.keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((question, text) ->
                    assertThat(told.get(question)).as(question).isEqualTo(text));
        }
    }

    @Test
    void every_question_of_the_jdbc_driver_without_arguments_is_answered(SqlSession sql)
            throws Exception {
        DatabaseMetaData meta = sql.connection().getMetaData();
        List<String> failures = new ArrayList<>();
        int asked = 0;
        for (Method method : DatabaseMetaData.class.getMethods()) {
            if (method.getParameterCount() > 0 || CONNECTION_TIED.contains(method.getName())) {
                continue;
            }
            asked++;
            try {
                Object answer = method.invoke(meta);
                if (answer instanceof ResultSet rows) {
                    while (rows.next()) {
                        var _ = rows.getObject(1);
                    }
                    rows.close();
                }
            } catch (ReflectiveOperationException e) {
                failures.add(method.getName() + ": " + e.getCause());
            }
        }
        // The driver itself knows no answer to this one, on any server.
        failures.removeIf(failure -> failure.contains("SQLFeatureNotSupportedException"));

        assertThat(asked).isGreaterThan(100);
        assertThat(failures).isEmpty();
    }

    @Test
    void a_results_columns_know_their_table_also_in_binary(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.execute("CREATE DATABASE traced");
        try (Connection connection = connect(gateway, "traced")) {
            create(connection);
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT o.order_id AS id, o.status, o.total * 2, c.*, t.relname, t.oid FROM sales.orders o"
                                    + " JOIN sales.customers c ON true JOIN pg_class t ON true LIMIT 0")) {
                for (int execution = 0; execution < 7; execution++) {
                    try (ResultSet rows = select.executeQuery()) {
                        ResultSetMetaData meta = rows.getMetaData();
                        assertThat(meta.getTableName(1)).isEqualTo("orders");
                        assertThat(
                                        meta.unwrap(org.postgresql.PGResultSetMetaData.class)
                                                .getBaseSchemaName(1))
                                .isEqualTo("sales");
                        assertThat(
                                        meta.unwrap(org.postgresql.PGResultSetMetaData.class)
                                                .getBaseColumnName(1))
                                .isEqualTo("order_id");
                        assertThat(meta.isAutoIncrement(1)).isTrue();
                        assertThat(meta.getColumnTypeName(2))
                                .isEqualTo("\"sales\".\"order_status\"");
                        assertThat(meta.getTableName(3)).isEmpty();
                        assertThat(meta.getTableName(4)).isEqualTo("customers");
                        assertThat(meta.isNullable(5)).isEqualTo(ResultSetMetaData.columnNoNulls);
                        assertThat(meta.getColumnTypeName(meta.getColumnCount() - 1))
                                .isEqualTo("name");
                        assertThat(meta.getColumnTypeName(meta.getColumnCount())).isEqualTo("oid");
                    }
                }
            }
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT oid, relname, relkind FROM pg_class WHERE oid = 1259")) {
                for (int execution = 0; execution < 7; execution++) {
                    try (ResultSet rows = select.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getLong(1)).isEqualTo(1259);
                        assertThat(rows.getString(2)).isEqualTo("pg_class");
                        assertThat(rows.getString(3)).isEqualTo("r");
                    }
                }
            }
        }
    }

    @Test
    void sessions_see_each_other_in_pg_stat_activity(TestGateway gateway, SqlSession sql)
            throws Exception {
        try (Connection other = connect(gateway, "default");
                Statement statement = other.createStatement()) {
            statement.execute("SET application_name = 'the other one'");
            statement.execute("BEGIN");
            statement.execute("SELECT 4711");

            sql.query(
                            "SELECT state, query, wait_event, xact_start IS NOT NULL AS began FROM pg_stat_activity"
                                    + " WHERE application_name = 'the other one'")
                    .returns(
                            """
                            state               | query       | wait_event | began
                            idle in transaction | SELECT 4711 | ClientRead | t\
                            """);
            assertThat(sql.number("SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"))
                    .isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void pg_settings_and_current_setting_say_what_show_says(SqlSession sql) {
        sql.execute("SET statement_timeout = '7s'");

        assertThat(sql.text("SHOW statement_timeout")).isEqualTo("7s");
        assertThat(sql.text("SELECT current_setting('statement_timeout')")).isEqualTo("7s");
        assertThat(sql.text("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"))
                .isEqualTo("7000");
        sql.execute("RESET statement_timeout");
    }

    private static String script(String commands) {
        StringBuilder script = new StringBuilder();
        commands.lines()
                .forEach(command ->
                        script.append("\\echo '== ")
                                .append(command.replace("\\", "\\\\").replace("'", "''"))
                                .append("'\n")
                                .append(command)
                                .append('\n'));
        return script.toString();
    }

    private static Connection connect(TestGateway gateway, String database) throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/" + database, "rvbbit", "");
    }

    private static void create(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            for (String command : resource("schema.sql").split(";\n", -1)) {
                if (!command.isBlank()) {
                    statement.execute(command);
                }
            }
        }
    }

    private static Outcome psql(TestGateway gateway, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "psql",
                                "-X",
                                "-q",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(gateway.port()),
                                "-U",
                                "rvbbit",
                                "-d",
                                "browsed"));
        command.addAll(List.of(arguments));
        return Processes.run(Path.of("."), Map.of("PGCLIENTENCODING", "UTF8"), command);
    }

    /** What stands under each line that begins with {@code ==}. */
    private static Map<String, String> blocks(String text) {
        Map<String, String> blocks = new LinkedHashMap<>();
        String key = "";
        for (String line : text.split("\n", -1)) {
            String shown = line.stripTrailing().replaceAll("pg_temp_\\d+", "pg_temp_N");
            if (shown.startsWith("== ")) {
                key = shown;
                blocks.put(key, "");
            } else if (!key.isEmpty()) {
                blocks.merge(key, shown + "\n", String::concat);
            }
        }
        blocks.replaceAll((_, block) -> block.strip());
        return blocks;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = CatalogBrowsingIT.class.getResourceAsStream("/catalog/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
