package io.rvbbit.udf.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All keys of the format, each by its shape and its name: {@code takes.mode}. */
public final class FormatKeys {
    /** One that every shape knows of. */
    public record Place(Shape shape, Key key) {
        @Override
        public String toString() {
            return shape.name() + "." + key.name();
        }
    }

    private static final Map<String, Place> ALL = all();

    static final List<String> NAMES =
            List.copyOf(
                    new TreeSet<>(ALL.values().stream().map(each -> each.key().name()).toList()));

    private FormatKeys() {}

    private static Map<String, Place> all() {
        Set<Shape> shapes = new LinkedHashSet<>();
        collect(new KeyType.Nested(CascadeFormat.CASCADE), shapes);
        Map<String, Place> all = new LinkedHashMap<>();
        for (Shape shape : shapes) {
            for (Key key : shape.keys()) {
                Place place = new Place(shape, key);
                all.put(place.toString(), place);
            }
        }
        return all;
    }

    /** Every mapping of the format; the keys that kinds have in common are one of their own. */
    static Set<Shape> shapes() {
        Set<Shape> shapes = new LinkedHashSet<>();
        ALL.values().forEach(each -> shapes.add(each.shape()));
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

    /** Names of all, in the order of the documentation. */
    public static Set<String> names() {
        return new LinkedHashSet<>(ALL.keySet());
    }

    /** Names of those that a definition has. */
    public static Set<String> in(JsonNode definition) {
        return occurrences(definition).stream()
                .map(each -> each.place().toString())
                .collect(Collectors.toSet());
    }

    private static void visit(JsonNode node, KeyType type, List<Occurrence> found) {
        switch (type) {
            case KeyType.Nested nested when node instanceof ObjectNode object -> {
                for (Key key : nested.shape().keys()) {
                    JsonNode value = node.get(key.name());
                    if (value != null) {
                        found.add(new Occurrence(new Place(nested.shape(), key), object));
                        visit(value, key.type(), found);
                    }
                }
            }
            case KeyType.Kinds kinds when node.isObject() -> {
                visit(node, new KeyType.Nested(kinds.common()), found);
                KeyType.Kind kind =
                        kinds.kinds().stream()
                                .filter(each -> each.is(node.path(each.key()).asText(null)))
                                .findFirst()
                                .orElseThrow();
                visit(node, new KeyType.Nested(kind.own()), found);
            }
            case KeyType.Each each when node.isArray() ->
                    node.forEach(item -> visit(item, each.item(), found));
            case KeyType.ByName named when node.isObject() ->
                    node.forEach(item -> visit(item, named.value(), found));
            case KeyType.Either either -> either.types().forEach(each -> visit(node, each, found));
            default -> {}
        }
    }

    /** One key where a definition has it, below {@code parent}. */
    public record Occurrence(Place place, ObjectNode parent) {}

    /** Every key where a definition has it. */
    public static List<Occurrence> occurrences(JsonNode definition) {
        List<Occurrence> found = new ArrayList<>();
        visit(definition, new KeyType.Nested(CascadeFormat.CASCADE), found);
        return found;
    }
}
