package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.wire.BackendMessage.Field;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which PostgreSQL type stands for which type of the engine: the only place that knows both sides.
 *
 * <p>Types without a counterpart travel as {@code json} if they have parts and as {@code text}
 * otherwise. Threading: stateless.
 */
final class TypeMapping {
    /** The statement's name for a DECIMAL of which it has told the digits. */
    private static final String BOUNDED = "numeric()";

    /** Digits of the engine's widest DECIMAL. */
    static final int MOST_DIGITS = 38;

    private static final int NAME_BYTES = 63;
    private static final int ENUM_BYTES = 4;

    private TypeMapping() {}

    static PgType pgType(EngineType type) {
        return switch (type.kind()) {
            case BOOLEAN -> PgType.BOOL;
            case TINYINT, UTINYINT, SMALLINT -> PgType.INT2;
            case USMALLINT, INTEGER -> PgType.INT4;
            case BIGINT -> type.name().equals("oid") ? PgType.OID : PgType.INT8;
            case UINTEGER -> PgType.INT8;
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM, DECIMAL -> PgType.NUMERIC;
            case FLOAT -> PgType.FLOAT4;
            case DOUBLE -> PgType.FLOAT8;
            case VARCHAR -> NamedText.pgType(type.name());
            case ENUM, OTHER -> PgType.TEXT;
            case JSON -> type.name().equals(EngineType.JSONB) ? PgType.JSONB : PgType.JSON;
            case STRUCT -> RecordEncoder.isRecord(type) ? PgType.RECORD : PgType.JSON;
            case MAP, UNION -> PgType.JSON;
            case BLOB -> PgType.BYTEA;
            case BIT -> type.name().startsWith("bit") ? PgType.BIT : PgType.VARBIT;
            case DATE -> PgType.DATE;
            case TIME -> PgType.TIME;
            case TIME_TZ -> PgType.TIMETZ;
            case TIMESTAMP -> PgType.TIMESTAMP;
            case TIMESTAMP_TZ -> PgType.TIMESTAMPTZ;
            case INTERVAL -> PgType.INTERVAL;
            case UUID -> PgType.UUID;
            case LIST, ARRAY -> pgType(type.innermost()).array().orElse(PgType.JSON);
        };
    }

    private static int modifier(EngineType type) {
        EngineType element = type.innermost();
        return switch (element.kind()) {
            case DECIMAL ->
                    isUnbounded(element) ? -1 : (element.width() << 16 | element.scale()) + 4;
            case VARCHAR -> NamedText.modifier(element.name());
            case BIT, TIME, TIME_TZ, TIMESTAMP, TIMESTAMP_TZ -> NamedText.argument(element.name());
            default -> -1;
        };
    }

    /** Whether the engine's DECIMAL stands for a numeric without precision and scale. */
    static boolean isUnbounded(EngineType type) {
        return switch (type.name()) {
            case EngineType.NUMERIC -> true;
            case BOUNDED -> false;
            default ->
                    type.width() == MOST_DIGITS
                            && (type.scale() == 0 || type.scale() == 10 || type.scale() == 16);
        };
    }

    static List<Field> fields(List<Column> columns, List<Format> formats) {
        return IntStream.range(0, columns.size())
                .mapToObj(index -> field(columns.get(index), Format.at(formats, index)))
                .toList();
    }

    private static Field field(Column column, Format format) {
        PgType type = DeclaredType.of(column);
        boolean named = DeclaredType.isNamed(column);
        return new Field(
                truncated(column.name()),
                column.table(),
                column.attribute(),
                named ? column.declaredType() : type.oid(),
                named ? ENUM_BYTES : type.length(),
                modifier(column.type()),
                format);
    }

    /** PostgreSQL cuts names at 63 bytes, never inside a character. */
    private static String truncated(String name) {
        String cut = name;
        while (cut.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > NAME_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }

    /** The engine's name for a parameter's type OID; empty where the client leaves it open. */
    static String engineName(int oid) {
        return PgType.ofOid(oid).map(TypeMapping::engineName).orElse("");
    }

    private static String engineName(PgType type) {
        if (type.isArray()) {
            return type.element().map(TypeMapping::engineName).orElse("VARCHAR") + "[]";
        }
        return switch (type) {
            case BOOL -> "BOOLEAN";
            case BYTEA -> "BLOB";
            case INT2 -> "SMALLINT";
            case INT4 -> "INTEGER";
            case INT8 -> "BIGINT";
            case OID, XID, CID, REGCLASS, REGTYPE, REGPROC -> "BIGINT";
            case FLOAT4 -> "FLOAT";
            case FLOAT8 -> "DOUBLE";
            case NUMERIC -> "DECIMAL";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMETZ -> "TIME WITH TIME ZONE";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMPTZ -> "TIMESTAMP WITH TIME ZONE";
            case INTERVAL -> "INTERVAL";
            case UUID -> "UUID";
            case JSON, JSONB -> "JSON";
            case BIT, VARBIT -> "BIT";
            case UNKNOWN -> "";
            default -> "VARCHAR";
        };
    }

    /**
     * The type that a client's SQL names, such as {@code int}, {@code varchar(20)} or {@code
     * text[]}.
     *
     * @throws SqlException 42704
     */
    static PgType named(String written) {
        String name =
                written.toLowerCase(Locale.ROOT)
                        .strip()
                        .replaceFirst("^pg_catalog\\s*\\.\\s*", "")
                        .replaceAll("\\s*\\([^)]*\\)", "")
                        .replaceAll("\\s+", " ")
                        .replace("\"", "");
        if (name.endsWith("[]")) {
            PgType element = named(name.substring(0, name.length() - 2));
            return element.isArray() ? element : element.array().orElseThrow(() -> noType(written));
        }
        String plain =
                switch (name) {
                    case "int" -> "int4";
                    case "decimal" -> "numeric";
                    case "float", "double" -> "float8";
                    case "string" -> "text";
                    case "char", "character" -> "bpchar";
                    case "character varying" -> "varchar";
                    case "timestamp without time zone", "datetime" -> "timestamp";
                    case "time without time zone" -> "time";
                    default -> name;
                };
        return Arrays.stream(PgType.values())
                .filter(type -> type.typeName().equals(plain) || type.sqlName().equals(plain))
                .findFirst()
                .orElseThrow(() -> noType(written));
    }

    private static SqlException noType(String name) {
        return new SqlException(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist");
    }

    /** The type OID that tells a client what the engine takes for a parameter. */
    static PgType parameterType(String engineName) {
        String name = engineName.toUpperCase(Locale.ROOT);
        String element = name.replaceFirst("(?:\\[\\d*\\])+$", "");
        if (!element.equals(name)) {
            return parameterType(element).array().orElse(PgType.TEXT);
        }
        int parenthesis = name.indexOf('(');
        return switch (parenthesis < 0 ? name : name.substring(0, parenthesis)) {
            case "BOOLEAN" -> PgType.BOOL;
            case "TINYINT", "UTINYINT", "SMALLINT" -> PgType.INT2;
            case "USMALLINT", "INTEGER" -> PgType.INT4;
            case "UINTEGER", "BIGINT" -> PgType.INT8;
            case "UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL" -> PgType.NUMERIC;
            case "FLOAT" -> PgType.FLOAT4;
            case "DOUBLE" -> PgType.FLOAT8;
            case "JSON" -> PgType.JSON;
            case "BLOB" -> PgType.BYTEA;
            case "BIT" -> PgType.VARBIT;
            case "DATE" -> PgType.DATE;
            case "TIME" -> PgType.TIME;
            case "TIME WITH TIME ZONE" -> PgType.TIMETZ;
            case "TIMESTAMP" -> PgType.TIMESTAMP;
            case "TIMESTAMP WITH TIME ZONE" -> PgType.TIMESTAMPTZ;
            case "INTERVAL" -> PgType.INTERVAL;
            case "UUID" -> PgType.UUID;
            default -> PgType.TEXT;
        };
    }
}
