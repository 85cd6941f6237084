package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.format.CascadeFormat;
import io.rvbbit.udf.format.Key;
import io.rvbbit.udf.format.KeyType;
import io.rvbbit.udf.format.Shape;
import io.rvbbit.udf.format.Unsaid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A cascade's definition with its keys resolved: in the format's order, under their main names, and
 * with the defaults that the file leaves out.
 *
 * <p>Loaded again, it is the same cascade. Threading: any thread.
 */
public final class CascadeText {
    private CascadeText() {}

    /** As JSON. */
    public static ObjectNode json(Cascade cascade) {
        SourceFile file = new SourceFile(cascade.file());
        SourceNode root = CascadeParser.source(file, cascade.file(), cascade.definition());
        return mapping((ObjectNode) root.toJson(), CascadeFormat.CASCADE);
    }

    /** As YAML. */
    public static String yaml(Cascade cascade) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setIndicatorIndent(2)
                        .setIndentWithIndicator(true)
                        .setWidth(120)
                        .build();
        return new Dump(settings).dumpToString(plain(json(cascade)));
    }

    private static ObjectNode mapping(ObjectNode given, Shape shape) {
        Map<String, String> aliases = new LinkedHashMap<>();
        for (Key key : shape.keys()) {
            if (key.unsaid() instanceof Unsaid.Alias alias && given.has(key.name())) {
                aliases.put(alias.key(), key.name());
            }
        }
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        for (Key key : shape.keys()) {
            if (key.unsaid() instanceof Unsaid.Alias) {
                continue;
            }
            JsonNode own = given.get(key.name());
            JsonNode value =
                    own == null || own.isNull()
                            ? given.get(aliases.getOrDefault(key.name(), key.name()))
                            : own;
            if (value != null && (!value.isNull() || key.type() instanceof KeyType.Any)) {
                resolved.set(key.name(), value(value, key.type()));
            } else if (key.unsaid() instanceof Unsaid.Value said) {
                resolved.set(key.name(), said.json());
            }
        }
        given.properties().stream()
                .filter(each -> shape.key(each.getKey()).isEmpty())
                .forEach(each -> resolved.set(each.getKey(), each.getValue()));
        return resolved;
    }

    private static JsonNode value(JsonNode value, KeyType type) {
        return switch (type) {
            case KeyType.Nested nested when value instanceof ObjectNode object ->
                    mapping(object, nested.shape());
            case KeyType.Kinds kinds when value instanceof ObjectNode object ->
                    mapping(object, kinds.shapeOf(key -> text(object, key)));
            case KeyType.Each each when value.isArray() -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                value.forEach(item -> list.add(value(item, each.item())));
                yield list;
            }
            case KeyType.ByName named when value.isObject() -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                value.properties()
                        .forEach(each ->
                                object.set(each.getKey(), value(each.getValue(), named.value())));
                yield object;
            }
            case KeyType.Either either ->
                    value instanceof ObjectNode object
                            ? either.types().stream()
                                    .filter(each ->
                                            each instanceof KeyType.Nested
                                                    || each instanceof KeyType.Kinds
                                                    || each instanceof KeyType.ByName)
                                    .findFirst()
                                    .map(each -> value(object, each))
                                    .orElse(value)
                            : value;
            default -> value;
        };
    }

    private static @Nullable String text(ObjectNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value.asText("");
    }

    private static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                node.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.isIntegralNumber() ? node.bigIntegerValue() : node.decimalValue();
            case NULL, MISSING -> null;
            default -> node.asText();
        };
    }
}
