package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.udf.mcp.McpServer;
import io.rvbbit.udf.mcp.McpServer.Command;
import io.rvbbit.udf.mcp.McpServer.Url;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpConfigTest {
    @TempDir Path directory;

    private List<McpServer> read(String servers) throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), "mcp-servers:\n" + servers);
        return McpConfig.servers(
                ConfigReader.read(
                        Optional.of(file), Map.of("SHOP_KEY", " abracadabra "), Map.of()));
    }

    @Test
    void there_is_none_unless_it_is_named() {
        assertThat(ConfigReader.read(Optional.empty(), Map.of(), Map.of()).mcpServers()).isEmpty();
    }

    @Test
    void a_program_has_arguments_and_variables_of_its_own() throws IOException {
        List<McpServer> servers =
                read(
                        """
                          - name: warehouse
                            command: /opt/mcp
                            args: [--store, a b]
                            env: {STORE: hamburg, KEY: {env: SHOP_KEY}}
                            timeout: 5s
                            max-bytes: 200_000
                        """);

        assertThat(servers)
                .containsExactly(
                        new McpServer(
                                "warehouse",
                                new Command(
                                        List.of("/opt/mcp", "--store", "a b"),
                                        Map.of("STORE", "hamburg", "KEY", "abracadabra")),
                                Duration.ofSeconds(5),
                                200_000,
                                Map.of("SHOP_KEY", "abracadabra")));
        assertThat(servers.toString()).doesNotContain("abracadabra", "hamburg", "a b");
    }

    @Test
    void a_url_has_headers_and_what_is_not_said_has_defaults() throws IOException {
        assertThat(
                        read(
                                "  - {name: shop, url: 'https://a.example/mcp', headers: {Authorization: {env: SHOP_KEY, prefix: 'Bearer '}}}\n"))
                .containsExactly(
                        new McpServer(
                                "shop",
                                new Url(
                                        URI.create("https://a.example/mcp"),
                                        Map.of("Authorization", "Bearer abracadabra")),
                                Duration.ofSeconds(30),
                                1_000_000,
                                Map.of("SHOP_KEY", "abracadabra")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{command: a}                                | each entry needs \"name\"",
                "{name: a b, command: a}                     | letters, digits, _ and -",
                "{name: a}                                   | needs \"command\" or \"url\", not both",
                "{name: a, command: a, url: 'http://a'}      | needs \"command\" or \"url\", not both",
                "{name: a, command: a, headers: {A: b}}      | \"headers\" does not go with \"command\"",
                "{name: a, url: 'http://a', args: [b]}       | \"args\" does not go with \"url\"",
                "{name: a, url: 'http://u:secret@a'}         | without a user",
                "{name: a, url: 'ftp://a'}                   | such as https://host/mcp",
                "{name: a, command: a, args: b}              | args is a list of texts",
                "{name: a, command: a, env: [b]}             | env is names and values",
                "{name: a, command: a, env: {A: [b]}}        | env has texts",
                "{name: a, command: a, env: {A: {env: NO}}}  | the environment variable NO is not set",
                "{name: a, command: a, env: {A: {evn: NO}}}  | did you mean \"env\"?",
                "{name: a, command: a, timeout: soon}        | a duration such as",
                "{name: a, command: a, max-bytes: 0}         | a whole number from 1",
                "{name: a, comand: a}                        | did you mean \"command\"?",
                "{name: a, command: a}, {name: a, command: b} | two are named \"a\""
            })
    void what_is_wrong_is_told_with_its_line(String entry, String fault) {
        assertThat(catchThrowableOfType(ConfigException.class, () -> read("  [" + entry + "]\n")))
                .hasMessageContaining("rvbbit.yaml:2")
                .hasMessageContaining(fault)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void arguments_and_values_are_not_shown() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("rvbbit.yaml"),
                        "mcp-servers: [{name: a, command: /opt/mcp, args: [--key, sesame], env: {K: sesame}}]\n");

        assertThat(ConfigReader.describe(Optional.of(file), Map.of(), Map.of()))
                .contains("mcp-servers: [{name: a, command: /opt/mcp, args: ***, env: ***}]")
                .doesNotContain("sesame");
    }
}
