package io.rvbbit.udf.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.mcp.McpServer.Command;
import io.rvbbit.udf.mcp.McpServer.Place;
import io.rvbbit.udf.web.AddressRules;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class McpServersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static McpServers servers(Place place, InstantSource clock) {
        return new McpServers(
                List.of(new McpServer("a", place, Duration.ofSeconds(30), 100_000, Map.of())),
                new AddressRules(List.of()),
                clock);
    }

    /** Without a logger that would write to its standard output. */
    private static Place sdk() {
        String classes =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(path -> !path.contains("logback"))
                        .collect(Collectors.joining(File.pathSeparator));
        return new Command(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes,
                        SdkServer.class.getName()),
                Map.of());
    }

    private static ObjectNode arguments() {
        return JSON.createObjectNode();
    }

    @Test
    void a_server_of_the_official_sdk_is_understood() throws Exception {
        try (McpServers servers = servers(sdk(), InstantSource.system())) {
            assertThat(servers.known("a")).isEmpty();

            assertThat(servers.tools("a"))
                    .extracting(McpTool::name, McpTool::description)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.api.Assertions.tuple("price", "Does price."),
                            org.assertj.core.api.Assertions.tuple("grow", "Does grow."));
            assertThat(servers.call("a", "price", arguments().put("pieces", 3_000_000_000_000L)))
                    .hasToString(
                            "{\"text\":\"that is a lot\",\"structured\":{\"dollars\":9000000000000}}");
            assertThat(servers.known("a")).isSameAs(servers.tools("a"));
        }
    }

    @Test
    void tools_that_a_server_gains_are_known() throws Exception {
        try (McpServers servers = servers(sdk(), InstantSource.system())) {
            assertThat(servers.tools("a")).hasSize(2);
            assertThat(servers.call("a", "grow", arguments()).textValue()).isEqualTo("grown");

            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (servers.tools("a").size() < 3 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(servers.tools("a")).extracting(McpTool::name).contains("grown");
            assertThat(servers.call("a", "grown", arguments()).textValue()).isEqualTo("I am new");
        }
    }

    @Test
    void after_each_failure_nobody_tries_for_twice_as_long() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (McpServers servers =
                servers(new Command(List.of("/nowhere/at/all"), Map.of()), now::get)) {
            for (int pause : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
                assertThat(refusal(servers))
                        .isEqualTo(
                                "MCP server \"a\" cannot be started: no program \"/nowhere/at/all\" can be run");
                now.set(now.get().plusSeconds(pause).minusMillis(1));
                assertThat(refusal(servers)).contains("; it is tried again in 1 s");
                now.set(now.get().plusMillis(1));
            }
        }
    }

    @Test
    void a_gateway_that_stops_connects_to_nothing() {
        McpServers servers = servers(sdk(), InstantSource.system());
        servers.close();

        assertThat(refusal(servers))
                .isEqualTo("MCP server \"a\" is not called any more: the gateway stops");
    }

    private static String refusal(McpServers servers) {
        return String.valueOf(
                catchThrowableOfType(McpFailure.class, () -> servers.tools("a")).getMessage());
    }
}
