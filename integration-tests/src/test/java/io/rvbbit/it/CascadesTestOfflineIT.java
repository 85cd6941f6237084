package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.cli.RvbbitCommand;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code rvbbit cascades test} without a model: the examples must at least agree with the cells.
 */
@GatewayTest(offline = true)
class CascadesTestOfflineIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path root;

    private int testAll(TestGateway gateway) {
        return RvbbitCommand.execute(
                new PrintWriter(out),
                new PrintWriter(err),
                "cascades",
                "test",
                "--all",
                "--format",
                "json",
                "--root",
                root.toString(),
                "--url",
                "postgresql://127.0.0.1:" + gateway.port());
    }

    @Test
    void every_shipped_example_passes_and_costs_nothing(TestGateway gateway) throws Exception {
        int exitCode = testAll(gateway);

        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(report.path("passed").asInt()).isGreaterThan(100);
        assertThat(report.path("cost").decimalValue()).isZero();
        assertThat(err.toString()).containsOnlyOnce("no model endpoint is configured");
    }

    @Test
    void a_file_that_is_no_cascade_fails(TestGateway gateway) throws Exception {
        Path _ = Files.writeString(root.resolve("wrong.yaml"), "cascade_id: 7\ncells: []\n");

        assertThat(testAll(gateway)).isEqualTo(1);

        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.path("failed").asInt()).isEqualTo(1);
        assertThat(report.path("examples").findValuesAsText("reason"))
                .anyMatch(reason -> reason.contains("wrong.yaml:1:13"));
    }
}
