package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.cli.RvbbitCommand;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
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

    /** As with a pipe before it. */
    private int piped(String text, TestGateway gateway, String command, String... arguments) {
        InputStream own = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(gateway, command, arguments);
        } finally {
            System.setIn(own);
        }
    }

    @Test
    void run_takes_its_input_from_standard_input(TestGateway gateway, SqlSession sql)
            throws IOException {
        String input = "{\"text\": \"über a pipe\"}\n";
        assertThat(piped(input, gateway, "run", "first_word", "--input", "-"))
                .as("%s", err)
                .isZero();

        assertThat(out.toString()).isEqualTo("über\n");
        assertThat(sql.model().calls()).isEqualTo(1);
        says(metadata(sql), "run", "first_word", "stdin");
    }

    @Test
    void run_refuses_standard_input_that_is_no_object(TestGateway gateway, SqlSession sql) {
        assertThat(piped("[1, 2]", gateway, "run", "first_word", "--input", "-")).isEqualTo(1);
        assertThat(err.toString()).contains("--input is not a JSON object");
        assertThat(piped("", gateway, "run", "first_word", "--input", "-")).isEqualTo(1);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void sql_reads_standard_input_where_it_is_asked_to_or_nothing_else_is_there(
            TestGateway gateway, SqlSession sql) throws IOException {
        String script = "SELECT 1 AS one;\n" + MAP.replace("the shell", "a pipe") + ";\n";
        assertThat(piped(script, gateway, "sql", "--csv")).as("%s", err).isZero();
        assertThat(out.toString()).isEqualTo("one\n1\ntext,w\nfrom a pipe,from\n");
        says(metadata(sql), "sql", "", "stdin");

        String other = MAP.replace("the shell", "another pipe");
        assertThat(piped(other, gateway, "sql", "-f", "-")).as("%s", err).isZero();
        JsonNode metadata = metadata(sql);
        says(metadata, "sql", "", "stdin");
        assertThat(metadata.path("sql.query").textValue()).isEqualTo(other);
    }

    @Test
    void a_wrong_statement_of_standard_input_is_told_with_its_line(TestGateway gateway) {
        assertThat(piped("SELECT 1;\nSELECT nothing;\nSELECT 2", gateway, "sql")).isEqualTo(3);

        assertThat(err.toString()).contains("<stdin>:2: ").contains("\"nothing\"");
        assertThat(out.toString()).doesNotContain("2");
    }
}
