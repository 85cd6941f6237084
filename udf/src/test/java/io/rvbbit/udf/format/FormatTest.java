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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The format holds together: every key has an example that fits, and a test that is there. */
final class FormatTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Set<Shape> shapes() {
        Set<Shape> shapes = new LinkedHashSet<>();
        collect(new KeyType.Nested(CascadeFormat.CASCADE), shapes);
        return shapes;
    }

    private static void collect(KeyType type, Set<Shape> shapes) {
        switch (type) {
            case KeyType.Nested nested -> {
                if (shapes.add(nested.shape())) {
                    nested.shape().keys().forEach(key -> collect(key.type(), shapes));
                }
            }
            case KeyType.Kinds kinds -> {
                collect(new KeyType.Nested(kinds.common()), shapes);
                kinds.kinds().forEach(kind -> collect(new KeyType.Nested(kind.own()), shapes));
            }
            case KeyType.Each each -> collect(each.item(), shapes);
            case KeyType.ByName named -> collect(named.value(), shapes);
            case KeyType.Either either -> either.types().forEach(each -> collect(each, shapes));
            default -> {}
        }
    }

    static Schema schema(Shape shape) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(FormatSchema.of(shape));
    }

    private static JsonNode yaml(String text) {
        return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    @Test
    void every_example_is_a_value_that_the_schema_takes() {
        for (Shape shape : shapes()) {
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
        for (Shape shape : shapes()) {
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

    @Test
    void every_key_names_a_test_that_is_there() throws IOException {
        Set<String> classes = new LinkedHashSet<>();
        for (String module : List.of("udf", "gateway", "integration-tests")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> classes.add(name.replace(".java", "")));
            }
        }
        for (Shape shape : shapes()) {
            for (Key key : shape.keys()) {
                assertThat(classes).as(shape.name() + "." + key.name()).contains(key.test());
            }
        }
    }
}
