package io.rvbbit.gateway.engine;

import java.util.List;

/**
 * A DuckDB type.
 *
 * @param name as DuckDB writes it, such as {@code DECIMAL(18,3)[]}
 * @param width of a DECIMAL, fixed length of an ARRAY, else 0
 * @param scale of a DECIMAL, else 0
 * @param children element of LIST and ARRAY; key and value of MAP; fields of STRUCT; members of
 *     UNION
 * @param labels field names of STRUCT, member names of UNION, values of ENUM
 */
public record EngineType(
        Kind kind,
        String name,
        int width,
        int scale,
        List<EngineType> children,
        List<String> labels) {
    /** The name of a JSON type that the client calls jsonb. */
    public static final String JSONB = "jsonb";

    /** The name of a DECIMAL whose precision and scale PostgreSQL would not tell. */
    public static final String NUMERIC = "numeric";

    public EngineType {
        children = List.copyOf(children);
        labels = List.copyOf(labels);
    }

    public static EngineType of(Kind kind, String name) {
        return new EngineType(kind, name, 0, 0, List.of(), List.of());
    }

    /** The same type under the name by which the client knows it. */
    public EngineType named(String newName) {
        return new EngineType(kind, newName, width, scale, children, labels);
    }

    /** The same list, or list of lists, of an element under another name. */
    public EngineType ofNamed(String element) {
        return kind == Kind.LIST || kind == Kind.ARRAY
                ? new EngineType(
                        kind,
                        name,
                        width,
                        scale,
                        List.of(children.getFirst().ofNamed(element)),
                        labels)
                : named(element);
    }

    /** What a list, or a list of lists, holds in the end; any other type itself. */
    public EngineType innermost() {
        return kind == Kind.LIST || kind == Kind.ARRAY ? children.getFirst().innermost() : this;
    }

    /** The getter of {@link Vector} that serves the kind stands behind it. */
    public enum Kind {
        /** getLong: 0 or 1. */
        BOOLEAN,
        /** getLong. */
        TINYINT,
        SMALLINT,
        INTEGER,
        BIGINT,
        UTINYINT,
        USMALLINT,
        UINTEGER,
        /** getBigInteger. */
        UBIGINT,
        HUGEINT,
        UHUGEINT,
        BIGNUM,
        /** getDouble. */
        FLOAT,
        DOUBLE,
        /** getBigInteger, and getLong up to width 18. */
        DECIMAL,
        /** getBytes. */
        VARCHAR,
        JSON,
        BLOB,
        ENUM,
        BIT,
        /** getLong: days since 1970-01-01. */
        DATE,
        /** getLong: microseconds. */
        TIME,
        /** getLong: microseconds since 1970 (TIMESTAMP_S, _MS and _NS are converted). */
        TIMESTAMP,
        TIMESTAMP_TZ,
        /** getLong: microseconds of the day; getMonths: offset east of UTC in seconds. */
        TIME_TZ,
        /** getMonths, getDays, getMicros. */
        INTERVAL,
        /** getUuidHigh, getUuidLow. */
        UUID,
        /** listOffset, listLength, child(0). */
        LIST,
        ARRAY,
        MAP,
        /** child(field). */
        STRUCT,
        /** getBytes: JSON text or the engine's own text. */
        UNION,
        OTHER
    }
}
