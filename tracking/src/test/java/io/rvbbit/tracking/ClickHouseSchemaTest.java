package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClickHouseSchemaTest {
    @Test
    void every_migration_file_is_listed_and_numbered_in_order() throws Exception {
        Path directory =
                Path.of(
                        Objects.requireNonNull(
                                        ClickHouseSchemaTest.class.getResource(
                                                "/schema/clickhouse"))
                                .toURI());
        List<String> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.map(path -> path.getFileName().toString()).sorted().toList();
        }

        assertThat(ClickHouseSchema.FILES.names()).isEqualTo(files);
        for (int i = 0; i < files.size(); i++) {
            assertThat(files.get(i)).startsWith(String.format("%03d_", i + 1));
        }
    }

    @Test
    void every_statement_can_be_repeated() {
        for (int version = 1; version <= ClickHouseSchema.FILES.newest(); version++) {
            assertThat(ClickHouseSchema.FILES.statements(version))
                    .isNotEmpty()
                    .allSatisfy(statement ->
                            assertThat(statement.replaceAll("(?m)^--.*\\R", "").strip())
                                    .containsPattern(
                                            "^((CREATE|ALTER) .* IF NOT EXISTS|CREATE OR REPLACE VIEW)"));
        }
    }
}
