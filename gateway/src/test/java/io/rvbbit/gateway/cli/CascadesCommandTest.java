package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rvbbit cascades …}, as far as no server is needed. */
class CascadesCommandTest {
    private static final String ODD =
            """
            cascade_id: odd
            phases:
              - {name: ask, instructions: "About {{ input.x }}.", modle: big}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path root;

    private int run(String... arguments) {
        return RvbbitCommand.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void lint_shows_warnings_and_fails_for_errors_alone() throws IOException {
        Path odd = Files.writeString(root.resolve("odd.yaml"), ODD);

        assertThat(run("cascades", "lint", root.toString())).isEqualTo(0);
        assertThat(out.toString())
                .isEqualTo(
                        odd
                                + ":3:55: warning: unknown key \"modle\" in cell \"ask\", did you mean"
                                + " \"model\"?\n");
        assertThat(err.toString()).isEqualTo("files: 1, errors: 0, warnings: 1\n");

        Path wrong = Files.writeString(root.resolve("wrong.yaml"), "cascade_id: 7\ncells: []\n");
        assertThat(run("cascades", "lint", wrong.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(wrong + ":1:13: error:", wrong + ":2:8: error:");
    }

    @Test
    void lint_of_a_folder_goes_on_after_a_file_that_cannot_be_read() throws IOException {
        Path bytes = Files.write(root.resolve("a.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE});
        Path wrong = Files.writeString(root.resolve("b.yml"), "cascade_id: 7\ncells: []\n");
        Files.writeString(root.resolve("c.json"), "{\"cascade_id\": \"c\", \"cells\": [");
        Files.writeString(root.resolve("notes.txt"), "no cascade");

        assertThat(run("cascades", "lint", root.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        bytes + ":1:1: error: it is not UTF-8",
                        wrong + ":1:13: error:",
                        "c.json:1:");
        assertThat(err.toString()).isEqualTo("files: 3, errors: 4, warnings: 0\n");
    }

    @Test
    void lint_knows_the_mcp_servers_of_a_configuration() throws IOException {
        Path cascade =
                Files.writeString(
                        root.resolve("asks.yaml"),
                        "cascade_id: asks\ncells:\n  - {name: ask, instructions: hi, skills: [{mcp: warehose}]}\n");
        Path config =
                Files.writeString(
                        root.resolve("rvbbit.conf"),
                        "mcp-servers: [{name: warehouse, command: mcp, env: {KEY: {env: NOT_SET_HERE}}}]\n");

        assertThat(run("cascades", "lint", "--config", config.toString(), cascade.toString()))
                .isEqualTo(0);
        assertThat(out.toString())
                .isEqualTo(
                        cascade
                                + ":3:45: warning: the configuration has no MCP server \"warehose\","
                                + " did you mean \"warehouse\"?\n");

        out.getBuffer().setLength(0);
        assertThat(run("cascades", "lint", cascade.toString())).isEqualTo(0);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void lint_says_the_same_as_json() throws IOException {
        Path odd = Files.writeString(root.resolve("odd.yaml"), ODD);

        assertThat(run("cascades", "lint", "--format", "json", odd.toString())).isEqualTo(0);
        JsonNode found = new ObjectMapper().readTree(out.toString());
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("line").asInt()).isEqualTo(3);
        assertThat(found.get(0).path("severity").asText()).isEqualTo("warning");
        assertThat(found.get(0).path("sqlstate").asText()).isEqualTo("01000");
    }

    @Test
    void lint_of_a_path_that_is_not_there_is_one_line() {
        assertThat(run("cascades", "lint", "/nowhere")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("rvbbit: can't read /nowhere: no such file\n");
    }

    @Test
    void list_names_the_files_under_the_root_and_the_shipped_ones() throws IOException {
        Files.writeString(root.resolve("odd.yaml"), ODD);
        Files.writeString(root.resolve("compose.yml"), "services: {}\n");

        assertThat(run("cascades", "list", "--root", root.toString())).isEqualTo(0);
        assertThat(out.toString())
                .contains("odd.yaml: odd () → text, ")
                .contains("compose.yml\n    is no cascade: compose.yml:1:1: ")
                .contains("traits/extract_brand.yaml: extract_brand (product_name) → text, ");
    }

    @Test
    void show_resolves_names_and_defaults() throws IOException {
        Files.writeString(root.resolve("odd.yaml"), ODD);

        assertThat(run("cascades", "show", "odd", "--root", root.toString())).isEqualTo(0);
        assertThat(out.toString())
                .startsWith("# odd.yaml, content hash ")
                .contains("cells:\n  - name: ask\n", "    on_error: fail\n", "pure: false\n")
                .doesNotContain("phases");
        assertThat(err.toString()).contains("odd.yaml:3:55: unknown key \"modle\"");
    }

    @Test
    void show_of_an_unknown_name_tells_the_nearest() {
        assertThat(run("cascades", "show", "extract_brant", "--root", root.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("did you mean 'traits/extract_brand.yaml'?");
    }

    @Test
    void schema_is_the_shipped_one() throws IOException {
        assertThat(run("cascades", "schema")).isEqualTo(0);
        assertThat(
                        new ObjectMapper()
                                .readTree(out.toString())
                                .path("definitions")
                                .has("promptCell"))
                .isTrue();
    }
}
