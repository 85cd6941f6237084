package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.cli.RvbbitCommand;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rvbbit run} and {@code rvbbit sql}: what the books say of who called. */
@GatewayTest
class CommandLineCallersIT {
    private static final String MAP =
            "RVBBIT MAP 'first_word' AS w USING (SELECT 'from the shell' AS text)";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path directory;

    private int run(TestGateway gateway, String command, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = command;
        all[1] = "--url";
        all[2] = "postgresql://127.0.0.1:" + gateway.port();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return RvbbitCommand.execute(new PrintWriter(out), new PrintWriter(err), all);
    }

    /** Of the last caller; it stands alike on its statement and on each of its log rows. */
    private static JsonNode metadata(SqlSession sql) throws IOException {
        String caller =
                sql.query("SELECT caller_id FROM sql_query_log ORDER BY started_at DESC LIMIT 1")
                        .value();
        assertThat(caller).startsWith("cli-");
        sql.query("SELECT protocol, status FROM sql_query_log WHERE caller_id = '" + caller + "'")
                .returns("protocol | status\npostgresql_wire | completed");
        sql.query(
                        "SELECT count(DISTINCT invocation_metadata_json) AS n FROM unified_logs WHERE"
                                + " caller_id = '"
                                + caller
                                + "'")
                .returns("n\n1");
        return new ObjectMapper()
                .readTree(
                        sql.query(
                                        "SELECT DISTINCT invocation_metadata_json FROM"
                                                + " cascade_sessions WHERE caller_id = '"
                                                + caller
                                                + "'")
                                .value());
    }

    private static void says(JsonNode metadata, String command, String target, String source) {
        assertThat(metadata.path("origin").textValue()).isEqualTo("cli");
        assertThat(metadata.path("triggered_by").textValue()).isEqualTo("rvbbit_cli");
        assertThat(metadata.at("/cli/command").textValue()).isEqualTo(command);
        assertThat(metadata.at("/cli/target").textValue()).isEqualTo(target);
        assertThat(metadata.at("/cli/input_source").textValue()).isEqualTo(source);
    }

    @Test
    void run_names_the_cascade_and_where_its_input_came_from(TestGateway gateway, SqlSession sql)
            throws IOException {
        String input = "{\"text\": \"out of an argument\"}";
        assertThat(run(gateway, "run", "first_word", "--input", input)).as("%s", err).isZero();
        assertThat(out.toString()).isEqualTo("out\n");
        says(metadata(sql), "run", "first_word", "argument");

        Path file =
                Files.writeString(
                        directory.resolve("input.json"), "{\"text\": \"read from a file\"}");
        assertThat(run(gateway, "run", "first_word", "--input", "@" + file)).as("%s", err).isZero();
        says(metadata(sql), "run", "first_word", "file");
    }

    @Test
    void sql_names_its_script_or_says_that_it_was_an_argument(TestGateway gateway, SqlSession sql)
            throws IOException {
        assertThat(run(gateway, "sql", "-c", MAP)).as("%s", err).isZero();
        JsonNode ofArgument = metadata(sql);
        says(ofArgument, "sql", "", "argument");
        assertThat(ofArgument.path("sql.query").textValue()).isEqualTo(MAP);

        Path script =
                Files.writeString(
                        directory.resolve("map.sql"), MAP.replace("the shell", "a script") + ";\n");
        assertThat(run(gateway, "sql", "-f", script.toString())).as("%s", err).isZero();
        says(metadata(sql), "sql", script.toString(), "file");
    }
}
