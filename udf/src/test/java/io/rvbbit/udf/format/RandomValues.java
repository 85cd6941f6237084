package io.rvbbit.udf.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Values at random of the types that the format knows. Threading: one thread. */
final class RandomValues {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> TEXTS =
            List.of(
                    "plain",
                    "two words",
                    "  padded ",
                    "a: b # c",
                    "true",
                    "12",
                    "é😀",
                    "l1\n l2\n",
                    "'\"\\");
    private static final List<String> TEMPLATES =
            List.of(
                    "Say {{ input.text }}",
                    "{% if input.text %}{{ input.text }}{% endif %}",
                    "line\n  {{ input.n | default(3) }}\n",
                    "no input");

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    /** True once in {@code times}. */
    boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    int within(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    JsonNode anyYaml(String... values) {
        return yaml(any(List.of(values)));
    }

    static JsonNode yaml(String text) {
        return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }

    /** The keys that it needs and some of the others; {@code own}: those that hang on others. */
    ObjectNode mapping(Shape shape, Map<String, Supplier<JsonNode>> own) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (Key key : shape.keys()) {
            if (key.required() || once(3)) {
                Supplier<JsonNode> special = own.get(key.name());
                node.set(key.name(), special == null ? of(key.type(), key) : special.get());
            }
        }
        return node;
    }

    JsonNode of(Key key) {
        return of(key.type(), key);
    }

    private JsonNode of(KeyType type, Key key) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case KeyType.Text text when text.equals(KeyType.TEXT) -> text(any(TEXTS));
            case KeyType.Text text when text.equals(KeyType.TEMPLATE) -> text(any(TEMPLATES));
            case KeyType.Flag _ -> json.booleanNode(random.nextBoolean());
            case KeyType.Whole whole ->
                    json.numberNode(within(whole.least(), Math.min(whole.most(), 50)));
            case KeyType.Fraction fraction ->
                    json.numberNode(
                            Math.round(random.nextDouble(fraction.least(), fraction.most()) * 100)
                                    / 100.0);
            case KeyType.Time _ -> anyYaml("500ms", "30s", "2.5m", "1h", "90");
            case KeyType.Words words -> text(any(words.words()));
            case KeyType.Scalar _ -> anyYaml("x", "7", "-0.5", "true", "\"{{ input.text }}\"");
            case KeyType.Nested nested -> mapping(nested.shape(), Map.of());
            case KeyType.Each each when key.example().contains("{{") -> yaml(key.example());
            case KeyType.Each each -> {
                ArrayNode list = json.arrayNode();
                for (int i = within(1, 3); i > 0; i--) {
                    list.add(of(each.item(), key));
                }
                yield list;
            }
            default -> yaml(key.example());
        };
    }
}
