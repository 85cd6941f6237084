package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A client that shares no code with Java's: node-postgres, in one conversation.
 *
 * <p>npm installs it once into {@code target/node}; without node or the registry the tests are
 * skipped, saying so.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeIT {
    private static final Path HOME = Path.of("target", "node").toAbsolutePath();

    private JsonNode answers = new ObjectMapper().createObjectNode();

    @BeforeAll
    void converse() throws Exception {
        assumeTrue(
                Processes.isInstalled("node") && Processes.isInstalled("npm"),
                "node and npm are not both installed");
        install();
        try (TestGateway gateway = TestGateway.withStub(Map.of())) {
            Outcome outcome =
                    Processes.run(
                            HOME,
                            Map.of("TZ", "UTC"),
                            List.of("node", "client.js", Integer.toString(gateway.port())));
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            answers = new ObjectMapper().readTree(outcome.out());
        }
    }

    private static void install() throws Exception {
        Files.createDirectories(HOME);
        for (String file : List.of("package.json", "client.js")) {
            try (var in = NodeIT.class.getResourceAsStream("/node/" + file)) {
                assertThat(in).as(file).isNotNull();
                Files.copy(in, HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!Files.isDirectory(HOME.resolve("node_modules").resolve("pg-cursor"))) {
            Outcome npm =
                    Processes.run(
                            HOME,
                            Map.of(),
                            List.of(
                                    "npm",
                                    "install",
                                    "--no-audit",
                                    "--no-fund",
                                    "--no-package-lock"));
            assumeTrue(npm.exitCode() == 0, "npm could not install pg: " + npm.err());
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    @Test
    void simple_queries_give_rows() {
        assertThat(answers.path("simple").toString())
                .isEqualTo(
                        "[{\"text\":\"red apple\",\"word\":\"red\"},"
                                + "{\"text\":\"green pear\",\"word\":\"green\"}]");
        assertThat(answers.path("several").toString())
                .isEqualTo("[{\"a\":1},{\"text\":\"x y\",\"w\":\"x\"},{\"c\":\"z\"}]");
    }

    @Test
    void parameters_are_bound() {
        assertThat(answers.path("parameters").toString())
                .isEqualTo("[{\"text\":\"blue plum\",\"n\":7,\"yes\":true,\"word\":\"blue\"}]");
        assertThat(texts(answers.path("named"))).containsExactly("run0", "run1", "run2");
    }

    @Test
    void types_come_as_node_knows_them() {
        assertThat(answers.path("types").toString())
                .isEqualTo(
                        "{\"i\":1,\"b\":\"2\",\"d\":\"1.50\",\"f\":0.5,\"t\":true,\"n\":null,"
                                + "\"s\":\"é\uD83D\uDC07\",\"day\":\"2026-01-02T00:00:00.000Z\","
                                + "\"moment\":\"2026-01-02T03:04:05.000Z\",\"list\":[1,2],"
                                + "\"j\":{\"a\":1}}");
        assertThat(texts(answers.path("oids")))
                .containsExactly(
                        "23", "20", "1700", "701", "16", "1043", "25", "1082", "1184", "1007",
                        "114");
    }

    @Test
    void errors_carry_code_position_and_hint() {
        assertThat(answers.path("syntax").path("code").asText()).isEqualTo("42601");
        assertThat(answers.path("syntax").path("position").asText()).isEqualTo("25");
        assertThat(answers.path("syntax").path("hint").asText()).contains("USING");
        assertThat(answers.path("unknown").path("code").asText()).isEqualTo("42704");
        assertThat(answers.path("alive").path("one").asInt()).isEqualTo(1);
    }

    @Test
    void cursors_read_in_parts() {
        assertThat(answers.path("cursor").toString()).isEqualTo("[100,100,50]");
    }

    @Test
    void transactions_roll_back() {
        assertThat(answers.path("rolledBack").path("code").asText()).isEqualTo("42P01");
    }

    @Test
    void notices_tell_the_caller() {
        assertThat(answers.path("notices").asInt()).isGreaterThanOrEqualTo(7);
        assertThat(answers.path("caller").toString()).contains("\"sql-");
    }

    @Test
    void a_pool_gets_each_answer_to_its_question() {
        assertThat(texts(answers.path("pool")))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, 12).mapToObj(i -> "pool" + i).toList());
    }
}
