package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Bound parameters as JSON, for a statement that may be asked again later: {@code {"kind", "text"}}
 * each, null for SQL NULL.
 *
 * <p>Threading: stateless.
 */
final class StoredParameters {
    private StoredParameters() {}

    static List<JsonNode> written(List<@Nullable Object> values) {
        return values.stream().map(StoredParameters::written).toList();
    }

    /** What {@link #written(List)} was given. */
    static List<@Nullable Object> read(List<JsonNode> stored) {
        List<@Nullable Object> values = new ArrayList<>();
        stored.forEach(node -> values.add(read(node)));
        return values;
    }

    private static JsonNode written(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNodeFactory.instance.nullNode();
            case byte[] bytes -> written("bytes", Base64.getEncoder().encodeToString(bytes));
            case List<?> list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.forEach(element -> array.add(written(element)));
                yield array;
            }
            case BigDecimal number -> written("numeric", number.toString());
            case Boolean _,
                    Byte _,
                    Short _,
                    Integer _,
                    Long _,
                    Float _,
                    Double _,
                    BigInteger _,
                    UUID _,
                    LocalDate _,
                    LocalTime _,
                    OffsetTime _,
                    LocalDateTime _,
                    OffsetDateTime _ ->
                    written(value.getClass().getSimpleName(), value.toString());
            // Whatever else there is, the engine gets as its text.
            default -> written("String", value.toString());
        };
    }

    private static ObjectNode written(String kind, String text) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind).put("text", text);
    }

    private static @Nullable Object read(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(element -> list.add(read(element)));
            return list;
        }
        String text = node.path("text").asText();
        return switch (node.path("kind").asText()) {
            case "bytes" -> Base64.getDecoder().decode(text);
            case "Boolean" -> Boolean.valueOf(text);
            case "Byte" -> Byte.valueOf(text);
            case "Short" -> Short.valueOf(text);
            case "Integer" -> Integer.valueOf(text);
            case "Long" -> Long.valueOf(text);
            case "Float" -> Float.valueOf(text);
            case "Double" -> Double.valueOf(text);
            case "BigInteger" -> new BigInteger(text);
            case "numeric" -> new BigDecimal(text);
            case "String" -> text;
            case "UUID" -> UUID.fromString(text);
            case "LocalDate" -> LocalDate.parse(text);
            case "LocalTime" -> LocalTime.parse(text);
            case "OffsetTime" -> OffsetTime.parse(text);
            case "LocalDateTime" -> LocalDateTime.parse(text);
            case "OffsetDateTime" -> OffsetDateTime.parse(text);
            default ->
                    throw new IllegalArgumentException(
                            "a stored parameter of unknown kind: " + node.path("kind"));
        };
    }
}
