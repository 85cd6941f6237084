package io.rvbbit.udf.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The files that are generated from the format are as it says.
 *
 * <p>With {@code RVBBIT_WRITE_FORMAT=1} in the environment they are written instead.
 */
final class FormatFilesTest {
    private static final boolean WRITE = "1".equals(System.getenv("RVBBIT_WRITE_FORMAT"));
    private static final Path DOCS = Path.of("..", "docs", "cascades.md");
    private static final Path SCHEMA =
            Path.of("src/main/resources/io/rvbbit/udf/format/cascade.schema.json");

    private static void check(Path file, String wanted) throws IOException {
        if (WRITE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, wanted);
        }
        assertThat(Files.readString(file))
                .as(file + " (RVBBIT_WRITE_FORMAT=1 writes it)")
                .isEqualTo(wanted);
    }

    @Test
    void the_tables_of_the_documentation_are_those_of_the_format() throws IOException {
        String text = Files.readString(DOCS);
        for (Map.Entry<String, String> part : FormatTables.parts().entrySet()) {
            String begin = "<!-- keys: " + part.getKey() + " -->\n";
            int from = text.indexOf(begin);
            assertThat(from).as(begin).isNotNegative();
            int to = text.indexOf("<!-- end -->", from);
            text = text.substring(0, from + begin.length()) + part.getValue() + text.substring(to);
        }

        check(DOCS, text);
    }

    @Test
    void the_shipped_schema_is_that_of_the_format() throws IOException {
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter()
                        .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                        .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        String wanted =
                new ObjectMapper()
                                .writer(printer)
                                .writeValueAsString(FormatSchema.of(CascadeFormat.CASCADE))
                        + "\n";

        check(SCHEMA, wanted);
        if (!WRITE) {
            assertThat(FormatSchema.shipped()).isEqualTo(wanted);
        }
    }
}
