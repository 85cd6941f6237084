package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as templates see it: maps, lists, text, numbers, booleans and null, and back. */
final class TemplateValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TemplateValues() {}

    static @Nullable Object of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> map(json);
            case ARRAY -> list(json);
            case STRING -> json.textValue();
            case BOOLEAN -> json.booleanValue();
            case NUMBER -> number(json);
            case NULL, MISSING -> null;
            case BINARY, POJO -> json.asText();
        };
    }

    static Map<String, @Nullable Object> map(JsonNode json) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        json.properties().forEach(each -> map.put(each.getKey(), of(each.getValue())));
        return map;
    }

    private static List<@Nullable Object> list(JsonNode json) {
        List<@Nullable Object> list = new ArrayList<>(json.size());
        json.forEach(each -> list.add(of(each)));
        return list;
    }

    private static Object number(JsonNode json) {
        if (!json.isIntegralNumber()) {
            return json.decimalValue();
        }
        return json.canConvertToLong() ? (Object) json.longValue() : json.bigIntegerValue();
    }

    /** How a value stands in a prompt: containers as JSON, NULL as {@code null}. */
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> text;
            case UndefinedName undefined -> throw undefined.fault();
            case BigDecimal decimal -> SqlLiteral.plain(decimal);
            case Map<?, ?> map -> json(map).toString();
            case Collection<?> list -> json(list).toString();
            default -> value.toString();
        };
    }

    static JsonNode json(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case Boolean truth -> JSON.booleanNode(truth);
            case Integer whole -> JSON.numberNode(whole);
            case Long whole -> JSON.numberNode(whole);
            case BigInteger whole -> JSON.numberNode(whole);
            case BigDecimal decimal -> JSON.numberNode(decimal);
            case Number number -> JSON.numberNode(number.doubleValue());
            case UndefinedName undefined -> throw undefined.fault();
            case Map<?, ?> map -> {
                ObjectNode object = JSON.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), json(each)));
                yield object;
            }
            case Collection<?> list -> {
                ArrayNode array = JSON.arrayNode();
                list.forEach(each -> array.add(json(each)));
                yield array;
            }
            default -> JSON.textNode(value.toString());
        };
    }
}
