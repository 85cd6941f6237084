package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its commands, run as processes. */
@Timeout(300)
class CliIT {
    private static final Path LAUNCHER = Path.of("..", "rvbbit").toAbsolutePath().normalize();

    /** It runs as long as nobody reads its rows. */
    private static final String ENDLESS = "SELECT * FROM range(100000000000)";

    private static final String IPHONE = "{\"product_name\": \"Apple iPhone 15\"}";

    @TempDir Path directory;
    private final List<Process> started = new ArrayList<>();
    private String data = "";

    /** What a process left behind. */
    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void needs_bash_and_the_packaged_gateway() {
        assumeTrue(
                Files.isExecutable(Path.of("/bin/bash"))
                        || Files.isExecutable(Path.of("/usr/bin/bash")),
                "the launcher is a bash script, and there is no bash");
        assertThat(LAUNCHER.resolveSibling("gateway/target/lib"))
                .as("the gateway's jars; run ./mvnw verify from the top")
                .isDirectory();
    }

    @BeforeEach
    void choose_a_data_directory() {
        data = directory.resolve("data").toString();
    }

    @AfterEach
    void leave_nothing_running() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_script_runs_on_a_server_of_its_own_and_keeps_its_tables() throws Exception {
        Ended first = run("sql", "--data", data, "-c", "CREATE TABLE t AS SELECT 1 AS i, 'é' AS s");
        assertThat(first).isEqualTo(new Ended(0, first.out(), ""));

        Ended second = run("sql", "--data", data, "-c", "SELECT * FROM t");
        assertThat(second).isEqualTo(new Ended(0, " i | s \n---+---\n 1 | é\n(1 row)\n\n", ""));
    }

    @Test
    void a_map_is_accounted_to_the_command_line() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("map.sql"),
                        """
                        RVBBIT MAP 'extract_brand' AS brand USING (
                          SELECT product_name FROM products WHERE product_name = 'Apple iPhone 15');
                        SELECT query_type, origin, triggered_by, command, target FROM (
                          SELECT q.query_type,
                            l.invocation_metadata_json::JSON ->> 'origin' AS origin,
                            l.invocation_metadata_json::JSON ->> 'triggered_by' AS triggered_by,
                            l.invocation_metadata_json::JSON #>> '{cli,command}' AS command,
                            l.invocation_metadata_json::JSON #>> '{cli,target}' AS target
                          FROM sql_query_log q JOIN cascade_sessions l USING (caller_id));
                        """);

        Ended ended = run("sql", "--data", data, "--csv", "-f", script.toString());

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .startsWith("product_name,brand\nApple iPhone 15,Apple\n")
                .contains(",cli,rvbbit_cli,sql," + script + "\n");
        assertThat(ended.err()).contains("NOTICE:  caller_id cli-");
    }

    @Test
    void a_script_stops_at_its_first_error_and_names_the_line() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("bad.sql"),
                        "SELECT 1 AS first;\n\nSELECT nothing\nFROM nowhere;\nSELECT 2 AS never;\n");

        Ended ended =
                run("sql", "--data", data, "-f", script.toString(), "-c", "SELECT 3 AS never");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out()).contains("first").doesNotContain("never");
        assertThat(ended.err())
                .startsWith(script + ":3: ERROR:  ")
                .contains("\nLINE 2: FROM nowhere\n             ^\n");
    }

    @Test
    void a_failed_command_is_exit_code_1_and_standard_input_is_a_script() throws Exception {
        assertThat(run("sql", "--data", data, "-c", "SELEC 1").exitCode()).isEqualTo(1);

        Process process = start("sql", "--data", data);
        process.getOutputStream().write("SELEC 1;".getBytes(StandardCharsets.UTF_8));
        Ended ended = ended(process);
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.err()).startsWith("<stdin>:1: ERROR:  ");
    }

    @Test
    void run_prints_the_output_and_nothing_else() throws Exception {
        Ended ended = run("run", "extract_brand", "--input", IPHONE, "--data", data);

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).isEqualTo("Apple\n");
        assertThat(ended.err()).contains("NOTICE:  caller_id cli-");
    }

    @Test
    void run_tells_why_a_cascade_failed() throws Exception {
        Ended ended = run("run", "extract_brnd", "--input", IPHONE, "--data", data);

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("ERROR:  ", "extract_brnd", "HINT:  ");
    }

    @Test
    void a_server_says_ready_serves_its_directory_and_ends_with_0() throws Exception {
        Process server = startServer();
        String[] lines = {line(server), line(server)};
        assertThat(lines[0]).startsWith("no model endpoint is configured: the offline model");
        assertThat(lines[1])
                .matches("ready pg=127\\.0\\.0\\.1:\\d+ http=127\\.0\\.0\\.1:\\d+ model=offline");

        Ended second = run("server", "--data", data, "--port", "0", "--http-port", "0");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .matches("rvbbit: the data directory .* is in use by process \\d+; stop .*\n");

        Ended client = run("sql", "--data", data, "--csv", "-c", "SELECT 41 + 1 AS n");
        assertThat(client).isEqualTo(new Ended(0, "n\n42\n", ""));

        terminate(server);
        assertThat(ended(server)).isEqualTo(new Ended(0, "", ""));
        assertThat(Path.of(data, "server.address")).doesNotExist();
    }

    @Test
    void a_server_that_is_told_to_stop_cancels_what_runs_too_long() throws Exception {
        Process server = startServer();
        assertThat(line(server)).isNotEmpty();
        assertThat(line(server)).startsWith("ready ");
        Process client = start("sql", "--data", data, "--csv", "-c", ENDLESS);
        assertThat(line(client)).isEqualTo("range");

        terminate(server);

        assertThat(ended(server).exitCode()).isZero();
        // 1 if the client reads the statement's error, 2 if the connection's end reaches it first.
        assertThat(ended(client).exitCode()).isIn(1, 2);
    }

    @Test
    void a_second_signal_ends_a_server_at_once() throws Exception {
        Process server = startServer("RVBBIT_SHUTDOWN_TIMEOUT", "1h");
        assertThat(line(server)).isNotEmpty();
        assertThat(line(server)).startsWith("ready ");
        Process client = start("sql", "--data", data, "--csv", "-c", ENDLESS);
        assertThat(line(client)).isEqualTo("range");

        terminate(server);
        // The address goes as soon as the first signal is heard.
        while (Files.exists(Path.of(data, "server.address"))) {
            Thread.onSpinWait();
        }
        terminate(server);

        assertThat(ended(server).exitCode()).isEqualTo(130);
        assertThat(ended(client).exitCode()).isEqualTo(2);
    }

    @Test
    void a_signal_cancels_the_statement_of_a_script() throws Exception {
        Process client = start("sql", "--data", data, "--csv", "-c", ENDLESS);
        assertThat(line(client)).isEqualTo("range");

        terminate(client);

        Ended ended = ended(client);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).isEqualTo("ERROR:  canceling statement due to user request\n");
    }

    @Test
    void the_launcher_finds_a_jdk_through_a_link_and_past_a_wrong_java_home() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("r"), LAUNCHER);
        ProcessBuilder builder = new ProcessBuilder(link.toString(), "--version");
        builder.directory(directory.toFile()).environment().put("JAVA_HOME", "/nowhere");
        clean(builder);

        Ended ended = ended(launch(builder));

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).matches("rvbbit \\d+\\.\\d+.*\n");
    }

    @Test
    void a_port_in_use_is_one_line() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Ended ended = run("server", "--data", data, "--port", port, "--http-port", "0");

            assertThat(ended)
                    .isEqualTo(
                            new Ended(
                                    1,
                                    "",
                                    "rvbbit: can't listen on 127.0.0.1:%s: Address already in use; choose another --port, or 0 for a free one\n"
                                            .formatted(port)));
        }
    }

    private Process startServer(String... environment) throws IOException {
        ProcessBuilder builder =
                command("server", "--data", data, "--port", "0", "--http-port", "0");
        builder.environment().put("RVBBIT_SHUTDOWN_TIMEOUT", "1s");
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment().put(environment[i], environment[i + 1]);
        }
        return launch(builder);
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        return ended(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        return launch(command(arguments));
    }

    private ProcessBuilder command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(LAUNCHER.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        clean(builder);
        return builder;
    }

    /** No endpoint and no setting of whoever runs the tests. */
    private static void clean(ProcessBuilder builder) {
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("RVBBIT_") || name.startsWith("OPENAI_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
    }

    private Process launch(ProcessBuilder builder) throws IOException {
        // Errors go to a file, so that no reader is needed for them while the process runs.
        Process process =
                builder.redirectError(directory.resolve("err" + started.size()).toFile()).start();
        started.add(process);
        return process;
    }

    private Ended ended(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        for (int character = reader.read(); character >= 0; character = reader.read()) {
            out.append((char) character);
        }
        int exitCode = process.waitFor();
        String err = Files.readString(directory.resolve("err" + started.indexOf(process)));
        return new Ended(exitCode, out.toString(), err);
    }

    /** SIGTERM; the process itself would also close its streams, and we want to read them. */
    private static void terminate(Process process) {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    private static String line(Process process) throws IOException {
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as("a line of output").isNotNull();
        return line;
    }
}
