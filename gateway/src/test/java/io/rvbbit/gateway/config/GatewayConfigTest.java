package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayConfigTest {
    @TempDir Path directory;

    @Test
    void nothing_configured_gives_the_documented_defaults() {
        GatewayConfig config = ConfigReader.read(Optional.empty(), Map.of(), Map.of());

        assertThat(config.host().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(15_432);
        assertThat(config.httpPort()).isEqualTo(15_480);
        assertThat(config.data())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".rvbbit").toAbsolutePath());
        assertThat(config.roots()).containsExactly(Path.of("").toAbsolutePath());
        assertThat(config.allowDirectories()).isEmpty();
        assertThat(config.maxConnections()).isEqualTo(200);
        assertThat(config.maxRows()).isEqualTo(1_000_000);
        assertThat(config.parallel()).isEqualTo(16);
        assertThat(config.maxCallsInFlight()).isEqualTo(1_024);
        assertThat(config.callTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.callAttempts()).isEqualTo(3);
        assertThat(config.completion()).isEqualTo(CompletionPolicy.DEFAULT);
        assertThat(config.memoryLimit()).isEqualTo("4GB");
        assertThat(config.tempLimit()).isEqualTo("20GB");
        assertThat(config.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.model()).isEmpty();
        assertThat(config.providers()).isEmpty();
        assertThat(config.prices()).isEmpty();
    }

    @Test
    void the_file_gives_every_key() throws IOException {
        Path allowed = Files.createDirectory(directory.resolve("allowed"));
        GatewayConfig config =
                read(
                        """
                        host: ::1
                        port: 1
                        http-port: 2
                        data: /srv/rvbbit
                        root: '~'
                        allow-directories: [%s]
                        max-connections: 3
                        max-rows: 1_000
                        parallel: 4
                        max-calls-in-flight: 5
                        call-timeout: 500ms
                        call-attempts: 6
                        memory-limit: 512MB
                        temp-limit: 1.5GiB
                        shutdown-timeout: 0s
                        model: small
                        providers: [{name: local, base-url: 'http://localhost:8080/v1'}]
                        prices: [{model: small, input: 1, output: 2}]
                        """
                                .formatted(allowed));

        assertThat(config.host().isLoopbackAddress()).isTrue();
        assertThat(config.host().getHostAddress()).contains(":");
        assertThat(List.of(config.port(), config.httpPort(), config.maxConnections()))
                .containsExactly(1, 2, 3);
        assertThat(config.data()).isEqualTo(Path.of("/srv/rvbbit"));
        assertThat(config.roots()).containsExactly(Path.of(System.getProperty("user.home")));
        assertThat(config.allowDirectories()).containsExactly(allowed);
        assertThat(config.maxRows()).isEqualTo(1_000);
        assertThat(List.of(config.parallel(), config.maxCallsInFlight(), config.callAttempts()))
                .containsExactly(4, 5, 6);
        assertThat(config.callTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.memoryLimit()).isEqualTo("512MB");
        assertThat(config.tempLimit()).isEqualTo("1.5GiB");
        assertThat(config.shutdownTimeout()).isZero();
        assertThat(config.model()).isEqualTo("small");
        assertThat(config.providers())
                .isEqualTo(
                        List.of(Map.of("name", "local", "base-url", "http://localhost:8080/v1")));
        assertThat(config.prices())
                .isEqualTo(List.of(Map.of("model", "small", "input", "1", "output", "2")));
    }

    @Test
    void the_command_line_wins_over_the_environment_and_that_over_the_file() throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), "port: 1\nparallel: 1\n");
        GatewayConfig config =
                ConfigReader.read(
                        Optional.of(file),
                        Map.of("RVBBIT_PORT", "2", "RVBBIT_PARALLEL", "2"),
                        Map.of(ConfigKey.PORT, "3"));

        assertThat(config.port()).isEqualTo(3);
        assertThat(config.parallel()).isEqualTo(2);
    }

    @Test
    void lists_stand_in_the_environment_in_yaml_s_flow_form() {
        GatewayConfig config =
                ConfigReader.read(
                        Optional.empty(),
                        Map.of("RVBBIT_PRICES", "[{model: m, input: 0.5, output: 1}]"),
                        Map.of());

        assertThat(config.prices())
                .isEqualTo(List.of(Map.of("model", "m", "input", "0.5", "output", "1")));
    }

    @Test
    void the_completion_of_calls_has_keys_and_variables_of_its_own() {
        GatewayConfig config =
                ConfigReader.read(
                        Optional.empty(),
                        Map.of(
                                "RVBBIT_COMPLETION_WORKER",
                                "off",
                                "RVBBIT_COMPLETION_TIMEOUT",
                                "90s",
                                "RVBBIT_COMPLETION_BATCH_SIZE",
                                "7",
                                "RVBBIT_COMPLETION_BATCH_TIMEOUT",
                                "250ms",
                                "RVBBIT_DUAL_WRITE",
                                "false",
                                "RVBBIT_MIGRATION_CUTOFF_DATE",
                                "2026-11-01",
                                "RVBBIT_BACKFILL_RATE",
                                "500"),
                        Map.of());

        assertThat(config.completion())
                .isEqualTo(
                        new CompletionPolicy(
                                false,
                                false,
                                Duration.ofSeconds(90),
                                7,
                                Duration.ofMillis(250),
                                Optional.of(LocalDate.of(2026, 11, 1)),
                                500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    port: 65536              | a whole number from 0 to 65535
                    http-port: -1            | a whole number from 0 to 65535
                    port: 8o                 | a whole number from 0 to 65535
                    max-connections: 0       | a whole number from 1 to 100000
                    max-rows: 0              | a whole number from 1 to 1000000000
                    parallel: 10001          | a whole number from 1 to 10000
                    max-calls-in-flight: ''  | a whole number from 1 to 100000
                    call-attempts: 21        | a whole number from 1 to 20
                    call-timeout: 30         | a duration such as
                    call-timeout: 0s         | a duration such as
                    call-timeout: 999999999d | a duration such as
                    shutdown-timeout: soon   | a duration such as
                    completion-timeout: 0ms  | a duration such as
                    completion-worker: maybe | on or off
                    dual-write: 1            | on or off
                    backfill-rate: 0         | a whole number from 1 to 10000000
                    migration-cutoff-date: x | a day such as
                    memory-limit: 4          | a size such as 512MB or 4GB
                    temp-limit: lots         | a size such as 512MB or 4GB
                    data: ''                 | a directory
                    host: 'no such host'     | an address or host name
                    allow-directories: /tmp  | a list such as [a, b]
                    providers: [a]           | a list of keys and values
                    model: [a, b]            | a single value
                    """)
    void a_wrong_value_is_refused_with_file_line_and_what_is_right(String line, String expected) {
        ConfigException fault = refused("# first line\n" + line + "\n");

        assertThat(fault)
                .hasMessageStartingWith(directory.resolve("rvbbit.yaml") + ":2: expected ")
                .hasMessageContaining(expected);
    }

    @Test
    void a_wrong_variable_is_named() {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () ->
                                ConfigReader.read(
                                        Optional.empty(),
                                        Map.of("RVBBIT_MAX_ROWS", "many"),
                                        Map.of()));

        assertThat(fault)
                .hasMessage(
                        "RVBBIT_MAX_ROWS: expected a whole number from 1 to 1000000000, not \"many\"");
    }

    @Test
    void a_wrong_option_is_named() {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () ->
                                ConfigReader.read(
                                        Optional.empty(), Map.of(), Map.of(ConfigKey.PORT, "x")));

        assertThat(fault).hasMessageStartingWith("--port: expected a whole number");
    }

    @Test
    void an_unknown_key_is_refused_with_its_line_and_the_nearest_key() {
        assertThat(refused("port: 1\nmax-row: 5\n"))
                .hasMessage(
                        directory.resolve("rvbbit.yaml")
                                + ":2: unknown key \"max-row\"; did you mean \"max-rows\"?");
        assertThat(refused("completely-different: 5\n"))
                .hasMessageContaining("; the keys are host, port, http-port, ");
    }

    @Test
    void a_key_that_stands_twice_is_refused_with_its_line() {
        assertThat(refused("port: 1\nparallel: 2\nport: 3\n"))
                .hasMessage(directory.resolve("rvbbit.yaml") + ":3: the key \"port\" stands twice");
    }

    @Test
    void an_unknown_variable_is_refused_with_the_nearest() {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () ->
                                ConfigReader.read(
                                        Optional.empty(), Map.of("RVBBIT_MAX_ROW", "5"), Map.of()));

        assertThat(fault)
                .hasMessage(
                        "unknown environment variable RVBBIT_MAX_ROW; did you mean"
                                + " \"RVBBIT_MAX_ROWS\"?");
    }

    @Test
    void variables_of_the_launcher_and_of_others_are_no_keys() {
        GatewayConfig config =
                ConfigReader.read(
                        Optional.empty(),
                        Map.of("RVBBIT_LOG_LEVEL", "debug", "RVBBIT_JAVA_OPTS", "-Xmx1g", "A", "b"),
                        Map.of());

        assertThat(config.port()).isEqualTo(15_432);
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "just text", "port: [1\n", "{a: b: c}", "? [x]\n: 1\n"})
    void a_file_that_is_no_mapping_is_refused_with_its_name(String text) {
        assertThat(refused(text)).hasMessageStartingWith(directory.resolve("rvbbit.yaml") + ":");
    }

    @Test
    void a_file_that_is_not_there_is_told_by_name() {
        Path missing = directory.resolve("missing.yaml");
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigReader.read(Optional.of(missing), Map.of(), Map.of()));

        assertThat(fault).hasMessageStartingWith("can't read configuration file " + missing);
    }

    @Test
    void a_directory_is_no_configuration_file() {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigReader.read(Optional.of(directory), Map.of(), Map.of()));

        assertThat(fault)
                .hasMessage("can't read configuration file " + directory + ": a directory");
    }

    @Test
    void the_root_is_there_and_the_data_directory_can_be() throws IOException {
        assertThat(refused("parallel: 1\nroot: /no/such/directory"))
                .hasMessageEndingWith(":2: not a directory: /no/such/directory");
        Path plain = Files.writeString(directory.resolve("plain"), "");
        assertThat(refused("data: " + plain)).hasMessageEndingWith(":1: not a directory: " + plain);
        assertThat(read("data: " + directory.resolve("new")).data())
                .isEqualTo(directory.resolve("new"));
    }

    @Test
    void a_key_of_an_entry_that_stands_twice_is_refused_with_its_line() {
        assertThat(refused("prices:\n  - model: m\n    model: n\n"))
                .hasMessage(
                        directory.resolve("rvbbit.yaml") + ":3: the key \"model\" stands twice");
    }

    @Test
    void an_empty_file_leaves_the_defaults() throws IOException {
        assertThat(read("").port()).isEqualTo(15_432);
        assertThat(read("# nothing\n").port()).isEqualTo(15_432);
    }

    @Test
    void a_directory_that_is_not_there_cannot_be_allowed() {
        assertThat(refused("allow-directories: [/no/such/directory]"))
                .hasMessageEndingWith(":1: not a directory: /no/such/directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "'::'", "192.0.2.1"})
    void an_address_that_others_reach_is_refused(String host) {
        assertThat(refused("host: " + host))
                .hasMessageContaining("is not a loopback address")
                .hasMessageContaining("use 127.0.0.1 or ::1");
    }

    @Test
    void the_description_shows_each_key_with_its_source() throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), "parallel: 4\n");
        String shown =
                ConfigReader.describe(
                        Optional.of(file),
                        Map.of("RVBBIT_MAX_ROWS", "10"),
                        Map.of(ConfigKey.PORT, "0"));

        assertThat(shown.lines())
                .contains(
                        "host: 127.0.0.1  # default",
                        "port: 0  # --port",
                        "max-rows: 10  # RVBBIT_MAX_ROWS",
                        "parallel: 4  # " + file + ":1");
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(shown).contains(key.fileName() + ": ");
        }
    }

    @Test
    void no_secret_is_ever_shown() throws IOException {
        String text =
                """
                providers:
                  - {name: a, base-url: 'https://user:sesame@a.example/v1', api-key-env: A_KEY}
                  - {name: b, base-url: 'https://b.example/v1', api-key: sesame}
                """;
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), text);
        Map<String, String> environment =
                Map.of(
                        "OPENAI_API_KEY", "sesame",
                        "OPENAI_BASE_URL", "https://user:sesame@c.example/v1",
                        "A_KEY", "sesame",
                        "RVBBIT_CLICKHOUSE_URL", "http://books.example/rvbbit",
                        "RVBBIT_CLICKHOUSE_PASSWORD", "sesame");

        assertThat(ConfigReader.describe(Optional.of(file), environment, Map.of()))
                .contains("https://***@a.example/v1", "# OPENAI_API_KEY: set", "A_KEY")
                .contains("# OPENAI_BASE_URL: https://***@c.example/v1")
                .contains("clickhouse-password: ***  # RVBBIT_CLICKHOUSE_PASSWORD")
                .doesNotContain("sesame");
        assertThat(ConfigReader.read(Optional.of(file), environment, Map.of()).toString())
                .contains("port=15432")
                .doesNotContain("sesame");
    }

    private GatewayConfig read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), text);
        return ConfigReader.read(Optional.of(file), Map.of(), Map.of());
    }

    private ConfigException refused(String text) {
        return catchThrowableOfType(ConfigException.class, () -> read(text));
    }
}
