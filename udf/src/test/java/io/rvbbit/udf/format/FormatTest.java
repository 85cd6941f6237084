package io.rvbbit.udf.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The format holds together: every key has an example that fits, and a test that is there. */
final class FormatTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
    private static final String LITERAL = "(?:[^\"\\\\\\n]|\\\\.)*";
    private static final Pattern LITERALS =
            Pattern.compile(
                    "(?<!\")\"(" + LITERAL + "(?:\"\\s*\\+\\s*\"" + LITERAL + ")*)\"(?!\")");
    private static final Pattern JOINED = Pattern.compile("(?<!\\\\)\"\\s*\\+\\s*\"");

    /** What a test fills in. */
    private static final Pattern HOLE = Pattern.compile("%(?:\\d\\$)?[sd]");

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

    /**
     * The cascades of a test: those that it names, and those written in it, whole or a cell's keys.
     */
    private static List<JsonNode> definitions(String source, Map<String, String> cascades) {
        List<String> texts = new ArrayList<>();
        cascades.forEach((name, text) -> {
            if (Pattern.compile("[\"'/]" + Pattern.quote(name) + "[\"'.]").matcher(source).find()) {
                texts.add(text);
            }
        });
        BLOCK.matcher(source)
                .results()
                .map(block -> escaped(block.group(1).stripIndent()))
                .forEach(texts::add);
        LITERALS.matcher(source)
                .results()
                .map(literals -> JOINED.matcher(literals.group(1)).replaceAll(""))
                .map(FormatTest::escaped)
                .forEach(texts::add);
        List<JsonNode> definitions = new ArrayList<>();
        for (String text : texts) {
            definition(HOLE.matcher(text).replaceAll("'x'")).ifPresent(definitions::add);
            definition(HOLE.matcher(text).replaceAll("x")).ifPresent(definitions::add);
        }
        return definitions;
    }

    /** A character by its number stands in no key. */
    private static String escaped(String literal) {
        return literal.replaceAll("\\\\+u", "u").translateEscapes();
    }

    private static Optional<JsonNode> definition(String text) {
        JsonNode tree;
        try {
            tree = yaml(text);
        } catch (YamlEngineException noYaml) {
            return Optional.empty();
        }
        if (!tree.isObject() || tree.has("cells") || tree.has("phases")) {
            return tree.isObject() ? Optional.of(tree) : Optional.empty();
        }
        ObjectNode cascade = MAPPER.createObjectNode();
        cascade.putArray("cells").add(tree);
        return Optional.of(cascade);
    }

    @Test
    void every_key_is_in_a_cascade_that_its_wire_test_runs() throws IOException {
        Map<String, String> tests = texts("integration-tests/src/test/java", ".java");
        Map<String, String> cascades = texts("integration-tests/src/test/resources", ".yaml");
        cascades.putAll(texts("udf/src/main/resources/cascades", ".yaml"));
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        List<String> untold = new ArrayList<>();
        for (Shape shape : FormatKeys.shapes()) {
            for (Key key : shape.keys()) {
                Set<String> seen =
                        keys.computeIfAbsent(
                                key.test(),
                                test ->
                                        definitions(tests.getOrDefault(test, ""), cascades).stream()
                                                .flatMap(each -> FormatKeys.in(each).stream())
                                                .collect(Collectors.toSet()));
                String name = shape.name() + "." + key.name();
                if (!key.test().endsWith("IT") || !seen.contains(name)) {
                    untold.add(name + " by " + key.test());
                }
            }
        }
        assertThat(untold).isEmpty();
    }
}
