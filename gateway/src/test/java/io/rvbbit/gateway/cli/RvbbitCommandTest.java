package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RvbbitCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void wrong_usage_is_one_line_and_exit_code_1() {
        assertThat(run("sql", "--frobnicate")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("rvbbit: Unknown option: '--frobnicate'; see rvbbit sql --help\n");
    }

    @Test
    void nobody_at_the_url_is_exit_code_2() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThat(run("sql", "--url", "postgresql://127.0.0.1:" + port, "-c", "SELECT 1"))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("rvbbit: can't connect to 127.0.0.1:" + port + ": Connection refused\n");
    }

    @Test
    void a_script_that_is_not_there_is_exit_code_1() {
        assertThat(run("sql", "-f", "/nowhere/script.sql")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("rvbbit: can't read /nowhere/script.sql: no such file\n");
    }

    @Test
    void an_input_that_is_no_object_is_refused_before_anything_starts() {
        assertThat(run("run", "extract_brand", "--input", "[1]")).isEqualTo(1);
        assertThat(err.toString()).contains("--input is not a JSON object");
    }

    @Test
    void an_unknown_key_is_refused_with_its_line_and_the_nearest_key(@TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(directory.resolve("c.yaml"), "port: 1\nhttp-prot: 2\n");

        assertThat(run("config", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "rvbbit: %s:2: unknown key \"http-prot\"; did you mean \"http-port\"?\n"
                                .formatted(file));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void config_shows_values_with_their_source(@TempDir Path directory) throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("c.yaml"),
                        """
                        max-rows: 77
                        providers:
                          - name: a
                            base-url: https://models.example/v1
                        model: m
                        """);

        assertThat(run("config", "--config", file.toString(), "--port", "5")).isEqualTo(0);
        assertThat(out.toString())
                .contains("port: 5  # --port\n", "max-rows: 77  # " + file + ":1\n")
                .contains("base-url: https://models.example/v1");
    }

    @Test
    void a_password_in_an_address_is_refused_and_not_shown(@TempDir Path directory)
            throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("c.yaml"),
                        """
                        model: m
                        providers:
                          - name: a
                            base-url: https://ann:secret@models.example/v1
                        """);

        assertThat(run("config", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains(file + ":3").doesNotContain("secret");
    }

    @Test
    void a_key_that_is_written_into_the_file_is_not_shown(@TempDir Path directory)
            throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("c.yaml"),
                        "model: m\nproviders: [{name: a, base-url: 'http://x/v1', api-key: sk-secret}]\n");

        assertThat(run("config", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("unknown key \"api-key\"", "api-key-env")
                .doesNotContain("sk-secret");
    }

    private int run(String... arguments) {
        return RvbbitCommand.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
