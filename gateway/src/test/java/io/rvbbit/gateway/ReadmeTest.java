package io.rvbbit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.config.ConfigKey;
import io.rvbbit.gateway.execution.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documents say of names, defaults and files is what the code says. */
final class ReadmeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void the_table_of_the_configuration_is_the_code_s() throws IOException {
        List<String> expected =
                Arrays.stream(ConfigKey.values())
                        .map(key ->
                                "| `%s` | `%s` | %s | %s |"
                                        .formatted(
                                                key.fileName(),
                                                key.environmentName(),
                                                key.defaultText().isEmpty()
                                                        ? "none"
                                                        : "`" + key.defaultText() + "`",
                                                key.meaning()))
                        .toList();

        assertThat(rows("README.md", "RVBBIT_")).containsExactlyElementsOf(expected);
    }

    @Test
    void the_table_of_the_settings_names_all_of_ours_with_their_defaults() throws IOException {
        List<String> expected =
                new Settings("ann", 16)
                        .all().entrySet().stream()
                                .filter(setting -> setting.getKey().startsWith("rvbbit."))
                                .map(setting ->
                                        "| `%s` | %s |"
                                                .formatted(
                                                        setting.getKey(),
                                                        setting.getValue().isEmpty()
                                                                ? "none"
                                                                : "`" + setting.getValue() + "`"))
                                .toList();

        assertThat(rows("README.md", "| `rvbbit."))
                .map(row -> row.substring(0, row.indexOf('|', row.indexOf('|', 2) + 1) + 1))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void every_link_leads_to_a_file() throws IOException {
        for (String document :
                List.of(
                        "README.md",
                        "CONTRIBUTING.md",
                        "docs/budgets.md",
                        "docs/cascades.md",
                        "docs/clickhouse.md",
                        "docs/compatibility.md")) {
            Path file = ROOT.resolve(document);
            List<String> links =
                    LINK.matcher(Files.readString(file))
                            .results()
                            .map((MatchResult link) -> link.group(1))
                            .toList();
            assertThat(links)
                    .as(document)
                    .allSatisfy(link -> assertThat(file.resolveSibling(link)).exists());
        }
    }

    /** The rows of tables whose text holds {@code mark}. */
    private static List<String> rows(String document, String mark) throws IOException {
        return Files.readAllLines(ROOT.resolve(document)).stream()
                .filter(line -> line.startsWith("| `") && line.contains(mark))
                .toList();
    }
}
