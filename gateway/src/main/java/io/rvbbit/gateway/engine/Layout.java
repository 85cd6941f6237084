package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.rewriter.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a type's values lie in a vector. */
enum Layout {
    BYTE(1),
    UNSIGNED_BYTE(1),
    SHORT(2),
    UNSIGNED_SHORT(2),
    INT(4),
    UNSIGNED_INT(4),
    LONG(8),
    UNSIGNED_LONG(8),
    /** Timestamps in other units than microseconds. */
    SECONDS(8),
    MILLIS(8),
    NANOS(8),
    TIME_TZ(8),
    HUGE(16),
    UNSIGNED_HUGE(16),
    FLOAT(4),
    DOUBLE(8),
    /** Length, then up to 12 bytes or a pointer. */
    STRING(16),
    INTERVAL(16),
    /** Offset and length. */
    LIST(16),
    /** Values lie in child vectors only. */
    FIELDS(0);

    final int bytes;

    Layout(int bytes) {
        this.bytes = bytes;
    }

    /** How the values of a type lie in a vector of its {@link #carrier}. */
    static Layout of(EngineType type) {
        return switch (type.kind()) {
            case BOOLEAN, UTINYINT -> UNSIGNED_BYTE;
            case TINYINT -> BYTE;
            case SMALLINT -> SHORT;
            case USMALLINT -> UNSIGNED_SHORT;
            case INTEGER, DATE -> INT;
            case UINTEGER -> UNSIGNED_INT;
            case BIGINT, TIMESTAMP_TZ -> LONG;
            case UBIGINT -> UNSIGNED_LONG;
            case HUGEINT, UUID -> HUGE;
            case UHUGEINT -> UNSIGNED_HUGE;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case DECIMAL -> decimal(type.width());
            case VARCHAR, JSON, BLOB, BIT -> STRING;
            case ENUM -> codes(type);
            case TIME -> type.name().equals("TIME_NS") ? NANOS : LONG;
            case TIMESTAMP -> timestamp(type.name());
            case TIME_TZ -> TIME_TZ;
            case INTERVAL -> INTERVAL;
            case LIST, MAP -> LIST;
            case ARRAY, STRUCT -> FIELDS;
            case BIGNUM, UNION, OTHER -> STRING;
        };
    }

    /**
     * The type to which values must be cast so that they can be read: their own, but text where
     * they lie in a way of DuckDB's that we do not know, also inside lists and structs.
     */
    static String carrier(EngineType type) {
        return switch (type.kind()) {
            case BIGNUM, UNION, OTHER -> "VARCHAR";
            case JSON -> "JSON";
            // Without its values we do not know how wide an ENUM's codes are.
            case ENUM -> type.labels().isEmpty() ? "VARCHAR" : type.name();
            case LIST, ARRAY, MAP, STRUCT -> ofParts(type);
            default -> type.name();
        };
    }

    private static String ofParts(EngineType type) {
        List<EngineType> parts = type.children();
        List<String> carriers = parts.stream().map(Layout::carrier).toList();
        boolean named = !type.labels().contains("");
        if (named && carriers.equals(parts.stream().map(EngineType::name).toList())) {
            return type.name();
        }
        return switch (type.kind()) {
            case LIST -> carriers.getFirst() + "[]";
            case ARRAY -> carriers.getFirst() + "[" + type.width() + "]";
            case MAP -> "MAP(" + String.join(", ", carriers) + ")";
            default ->
                    IntStream.range(0, carriers.size())
                            .mapToObj(i -> field(type, i) + " " + carriers.get(i))
                            .collect(Collectors.joining(", ", "STRUCT(", ")"));
        };
    }

    /** A STRUCT without names cannot be written; its values become fields in their order. */
    private static String field(EngineType struct, int index) {
        String label = struct.labels().get(index);
        return SqlText.identifier(label.isEmpty() ? "f" + (index + 1) : label);
    }

    /** The STRUCT of key and value that a MAP is a list of. */
    static EngineType entry(EngineType map) {
        return new EngineType(Kind.STRUCT, "STRUCT", 0, 0, map.children(), List.of("key", "value"));
    }

    private static Layout decimal(int width) {
        if (width <= 4) {
            return SHORT;
        }
        if (width <= 9) {
            return INT;
        }
        return width <= 18 ? LONG : HUGE;
    }

    private static Layout codes(EngineType type) {
        int values = type.labels().size();
        if (values == 0) {
            return STRING;
        }
        if (values <= 0x100) {
            return UNSIGNED_BYTE;
        }
        return values <= 0x1_0000 ? UNSIGNED_SHORT : UNSIGNED_INT;
    }

    private static Layout timestamp(String name) {
        return switch (name) {
            case "TIMESTAMP_S" -> SECONDS;
            case "TIMESTAMP_MS" -> MILLIS;
            case "TIMESTAMP_NS" -> NANOS;
            default -> LONG;
        };
    }
}
