package io.rvbbit.udf.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Definitions at random, by the format's own grammar.
 *
 * <p>A key whose value depends on others (a name, an example) takes the format's example, made to
 * fit. Threading: one thread.
 */
public final class RandomDefinitions {
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

    /** Keys whose values name what must be elsewhere: a cell, a cascade, a validator. */
    private static final Set<String> NAMING =
            Set.of(
                    "context",
                    "for_each_row",
                    "handoffs",
                    "history",
                    "loop_until",
                    "routing",
                    "skills",
                    "sub_cascade",
                    "takes",
                    "validators",
                    "wards");

    private final Random random;

    public RandomDefinitions(Random random) {
        this.random = random;
    }

    /** One that the loader takes. */
    public ObjectNode right() {
        ObjectNode cascade = mapping(CascadeFormat.CASCADE);
        cascade.remove(random.nextBoolean() && cascade.has("phases") ? "cells" : "phases");
        if (!cascade.has("cells") && !cascade.has("phases")) {
            cascade.set("cells", cells());
        }
        readState(cascade);
        return cascade;
    }

    /** What the cascade gives, and what a cell writes, some later cell reads. */
    private void readState(ObjectNode cascade) {
        boolean given = cascade.has("state");
        for (JsonNode cell : cascade.path(cascade.has("cells") ? "cells" : "phases")) {
            if (given && cell.has("instructions") && random.nextBoolean()) {
                ((ObjectNode) cell).put("instructions", "{{ state.tone }}, {{ state.tries + 1 }}");
            }
            if (cell.has("state") && !given) {
                cascade.putObject("state").put("tone", "dry").put("tries", 2);
                given = true;
            }
        }
    }

    private ObjectNode mapping(Shape shape) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (Key key : shape.keys()) {
            boolean chosen = shape.choices().stream().anyMatch(each -> each.contains(key.name()));
            if (key.required()
                    || chosen
                    || (!NAMING.contains(key.name()) && random.nextInt(3) == 0)) {
                node.set(key.name(), value(key));
            }
        }
        return node;
    }

    private JsonNode value(Key key) {
        return switch (key.name()) {
            case "cells", "phases" -> cells();
            case "examples" -> yaml("[{input: {text: x}, output: y}, {rows_hash: a0, output: 7}]");
            case "output_schema", "model", "tool" -> yaml(key.example());
            case "query" ->
                    yaml("[SELECT 1 AS one, 'SELECT {{ input.n | default(2) }} AS n']")
                            .get(random.nextInt(2));
            default -> value(key.type(), key);
        };
    }

    private ArrayNode cells() {
        ArrayNode cells = JsonNodeFactory.instance.arrayNode();
        KeyType.Kinds kinds = (KeyType.Kinds) CellFormat.CELL;
        int count = 1 + random.nextInt(4);
        for (int i = 1; i <= count; i++) {
            // Where there is no catalog, no cascade runs another.
            List<KeyType.Kind> alone =
                    kinds.kinds().stream()
                            .filter(each -> !each.key().equals("sub_cascade"))
                            .toList();
            KeyType.Kind kind = alone.get(random.nextInt(alone.size()));
            ObjectNode cell = mapping(kind.whole(kinds.common()));
            cell.put("name", "cell_" + i);
            // Examples answer in text: the schema of their cell must not refuse it.
            cell.remove("output_schema");
            cells.add(cell);
        }
        return cells;
    }

    private JsonNode value(KeyType type, Key key) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case KeyType.Text text when text.equals(KeyType.TEXT) -> json.textNode(any(TEXTS));
            case KeyType.Text text when text.equals(KeyType.TEMPLATE) ->
                    json.textNode(any(TEMPLATES));
            case KeyType.Flag _ -> json.booleanNode(random.nextBoolean());
            case KeyType.Whole whole ->
                    json.numberNode(random.nextInt(whole.least(), Math.min(whole.most(), 50)));
            case KeyType.Fraction fraction ->
                    json.numberNode(
                            Math.round(random.nextDouble(fraction.least(), fraction.most()) * 100)
                                    / 100.0);
            case KeyType.Time _ -> yaml(any(List.of("500ms", "30s", "2.5m", "1h", "90")));
            case KeyType.Words words -> json.textNode(any(words.words()));
            case KeyType.Nested nested -> mapping(nested.shape());
            case KeyType.Each each when key.example().contains("{{") -> yaml(key.example());
            case KeyType.Each each -> {
                ArrayNode list = json.arrayNode();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    list.add(value(each.item(), key));
                }
                yield list;
            }
            case KeyType.Either either ->
                    key.name().equals("inputs_schema")
                            ? value(any(either.types()), key)
                            : yaml(key.example());
            case KeyType.ByName named when key.name().equals("inputs_schema") ->
                    json.objectNode()
                            .<ObjectNode>set("text", value(named.value(), key))
                            .set("n", value(named.value(), key));
            default -> yaml(key.example());
        };
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static JsonNode yaml(String text) {
        return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    /** A right one with one to three places changed to what may be wrong. */
    public ObjectNode wrong() {
        ObjectNode cascade = right();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            spoil(cascade);
        }
        return cascade;
    }

    private void spoil(ObjectNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode place = any(containers);
        JsonNode junk =
                yaml(
                        any(
                                List.of(
                                        "7",
                                        "-1",
                                        "x",
                                        "[]",
                                        "{}",
                                        "null",
                                        "[1, {a: b}]",
                                        "{k: [v]}",
                                        "\"{{ \"",
                                        "\"{{ outputs.nobody }}\"",
                                        "true",
                                        "1e400",
                                        "''")));
        if (place instanceof ObjectNode object) {
            List<String> names =
                    new ArrayList<>(
                            Set.copyOf(
                                    object.propertyStream()
                                            .map(java.util.Map.Entry::getKey)
                                            .toList()));
            names.sort(null);
            String name = names.isEmpty() ? "zzz" : any(names);
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(name + "x", junk);
                case 2 ->
                        object.set(
                                any(
                                        List.of(
                                                "takes",
                                                "rules",
                                                "retry",
                                                "wards",
                                                "handoffs",
                                                "tool",
                                                "inputs",
                                                "skills",
                                                "context",
                                                "for_each_row",
                                                "sub_cascade")),
                                junk);
                default -> object.set(name, junk);
            }
        } else if (place instanceof ArrayNode array) {
            array.add(junk);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(each -> collect(each, containers));
        }
    }
}
