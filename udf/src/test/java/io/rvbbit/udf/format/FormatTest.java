package io.rvbbit.udf.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The format holds together: every key has an example that fits, and a test that is there. */
final class FormatTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Schema schema(Shape shape) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(FormatSchema.of(shape));
    }

    private static JsonNode yaml(String text) {
        return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    @Test
    void every_example_is_a_value_that_the_schema_takes() {
        for (Shape shape : FormatKeys.shapes()) {
            for (Key key : shape.keys()) {
                Shape alone = Shape.of("alone", key);
                var object = MAPPER.createObjectNode();
                object.set(key.name(), yaml(key.example()));
                assertThat(schema(alone).validate(object))
                        .as(shape.name() + "." + key.name() + ": " + key.example())
                        .isEmpty();
            }
        }
    }

    @Test
    void every_default_is_a_value_that_the_schema_takes() {
        List<String> checked = new ArrayList<>();
        for (Shape shape : FormatKeys.shapes()) {
            for (Key key : shape.keys()) {
                if (key.unsaid() instanceof Unsaid.Value value) {
                    var object = MAPPER.createObjectNode();
                    object.set(key.name(), value.json());
                    assertThat(schema(Shape.of("alone", key)).validate(object))
                            .as(shape.name() + "." + key.name())
                            .isEmpty();
                    checked.add(key.name());
                }
            }
        }
        assertThat(checked).contains("on_error", "backoff", "pure");
    }

    /** Texts of all files below a directory, by their names without extension. */
    private static Map<String, String> texts(String directory, String extension)
            throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("..", directory))) {
            for (Path file : files.filter(each -> each.toString().endsWith(extension)).toList()) {
                String name = file.getFileName().toString().replace(extension, "");
                texts.merge(name, Files.readString(file), String::concat);
            }
        }
        return texts;
    }

    /** What a test is about: its own text, and the cascades that it names. */
    private static String scope(String source, Map<String, String> cascades) {
        StringBuilder scope = new StringBuilder(source);
        cascades.forEach((name, text) -> {
            if (Pattern.compile("[\"'/]" + Pattern.quote(name) + "[\"'.]").matcher(source).find()) {
                scope.append(text);
            }
        });
        return scope.toString();
    }

    @Test
    void every_key_is_in_what_its_wire_test_runs() throws IOException {
        Map<String, String> tests = texts("integration-tests/src/test/java", ".java");
        Map<String, String> cascades = texts("integration-tests/src/test/resources", ".yaml");
        cascades.putAll(texts("udf/src/main/resources/cascades", ".yaml"));
        List<String> untold = new ArrayList<>();
        for (Shape shape : FormatKeys.shapes()) {
            for (Key key : shape.keys()) {
                String source = key.test().endsWith("IT") ? tests.getOrDefault(key.test(), "") : "";
                Pattern written = Pattern.compile("(?<!\\w)" + key.name() + "\\s*:");
                if (!written.matcher(scope(source, cascades)).find()) {
                    untold.add(shape.name() + "." + key.name() + " by " + key.test());
                }
            }
        }
        assertThat(untold).isEmpty();
    }
}
