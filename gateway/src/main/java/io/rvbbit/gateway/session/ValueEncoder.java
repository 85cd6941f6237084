package io.rvbbit.gateway.session;

import io.rvbbit.gateway.dialect.JsonbColumns;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/**
 * Writes one value of a column, known not to be NULL, without its length.
 *
 * <p>Chosen once per column, then called per row. Threading: stateless.
 */
@FunctionalInterface
interface ValueEncoder {
    /** Digits behind the point that a numeric without precision is kept with. */
    int UNBOUNDED_SCALE = 10;

    void encode(Vector vector, int row, RowBuffer out);

    /** The encoder of a column of this type in this format, for a session with these settings. */
    static ValueEncoder of(EngineType type, Format format, TextStyle style) {
        if (TypeMapping.pgType(type).isArray()) {
            return new ArrayEncoder(type, format, style);
        }
        if (RecordEncoder.isRecord(type)) {
            return new RecordEncoder(type, format, style);
        }
        return switch (format) {
            case TEXT -> text(type, style);
            case BINARY -> binary(type);
        };
    }

    private static ValueEncoder text(EngineType type, TextStyle style) {
        int extraFloatDigits = style.extraFloatDigits();
        ZoneId zone = style.zone();
        DateStyle dates = style.dates();
        if (type.name().equals(EngineType.JSONB)) {
            return (vector, row, out) -> out.putUtf8(jsonb(vector, row));
        }
        if (type.kind() == EngineType.Kind.VARCHAR) {
            return NamedText.encoder(type.name());
        }
        if (type.kind() == EngineType.Kind.DECIMAL && isTrimmed(type)) {
            return (vector, row, out) ->
                    TrimmedNumeric.text(out, vector.getBigInteger(row), type.scale());
        }
        int scale = type.scale();
        return switch (type.kind()) {
            case BOOLEAN -> (vector, row, out) -> TextFormat.bool(out, vector.getLong(row) != 0);
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER ->
                    (vector, row, out) -> TextFormat.integer(out, vector.getLong(row));
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM ->
                    (vector, row, out) -> TextFormat.numeric(out, vector.getBigInteger(row), 0);
            case FLOAT ->
                    (vector, row, out) ->
                            TextFormat.float4(out, (float) vector.getDouble(row), extraFloatDigits);
            case DOUBLE ->
                    (vector, row, out) ->
                            TextFormat.float8(out, vector.getDouble(row), extraFloatDigits);
            case DECIMAL ->
                    type.width() <= 18
                            ? (vector, row, out) ->
                                    TextFormat.numeric(out, vector.getLong(row), scale)
                            : (vector, row, out) ->
                                    TextFormat.numeric(out, vector.getBigInteger(row), scale);
            case VARCHAR, JSON, ENUM, OTHER ->
                    (vector, row, out) -> out.putBytes(vector.getBytes(row));
            case BIT -> (vector, row, out) -> out.putBytes(vector.getBytes(row));
            case BLOB ->
                    style.escapedBytes()
                            ? (vector, row, out) ->
                                    TextFormat.byteaEscaped(out, vector.getBytes(row))
                            : (vector, row, out) -> TextFormat.bytea(out, vector.getBytes(row));
            case DATE ->
                    (vector, row, out) -> TextFormat.date(out, (int) vector.getLong(row), dates);
            case TIME -> (vector, row, out) -> TextFormat.time(out, vector.getLong(row));
            case TIME_TZ ->
                    (vector, row, out) ->
                            TextFormat.timetz(out, vector.getLong(row), vector.getMonths(row));
            case TIMESTAMP ->
                    (vector, row, out) -> TextFormat.timestamp(out, vector.getLong(row), dates);
            case TIMESTAMP_TZ ->
                    (vector, row, out) ->
                            TextFormat.timestamptz(out, vector.getLong(row), zone, dates);
            case INTERVAL -> IntervalStyle.encoder(style.intervals());
            case UUID ->
                    (vector, row, out) ->
                            TextFormat.uuid(out, vector.getUuidHigh(row), vector.getUuidLow(row));
            case LIST, ARRAY, MAP, STRUCT, UNION ->
                    (vector, row, out) -> out.putUtf8(JsonText.of(vector, row, zone));
        };
    }

    private static ValueEncoder binary(EngineType type) {
        if (type.name().equals(EngineType.JSONB)) {
            return (vector, row, out) -> BinaryFormat.jsonb(out, jsonb(vector, row));
        }
        if (type.kind() == EngineType.Kind.VARCHAR) {
            return NamedText.encoder(type.name());
        }
        if (type.name().equals("oid")) {
            return (vector, row, out) -> BinaryFormat.int4(out, (int) vector.getLong(row));
        }
        if (type.kind() == EngineType.Kind.DECIMAL && isTrimmed(type)) {
            return (vector, row, out) ->
                    TrimmedNumeric.binary(out, vector.getBigInteger(row), type.scale());
        }
        int scale = type.scale();
        return switch (type.kind()) {
            case BOOLEAN -> (vector, row, out) -> BinaryFormat.bool(out, vector.getLong(row) != 0);
            case TINYINT, UTINYINT, SMALLINT ->
                    (vector, row, out) -> BinaryFormat.int2(out, (int) vector.getLong(row));
            case USMALLINT, INTEGER ->
                    (vector, row, out) -> BinaryFormat.int4(out, (int) vector.getLong(row));
            case UINTEGER, BIGINT ->
                    (vector, row, out) -> BinaryFormat.int8(out, vector.getLong(row));
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM ->
                    (vector, row, out) -> BinaryFormat.numeric(out, vector.getBigInteger(row), 0);
            case FLOAT ->
                    (vector, row, out) -> BinaryFormat.float4(out, (float) vector.getDouble(row));
            case DOUBLE -> (vector, row, out) -> BinaryFormat.float8(out, vector.getDouble(row));
            case DECIMAL ->
                    type.width() <= 18
                            ? (vector, row, out) ->
                                    BinaryFormat.numeric(out, vector.getLong(row), scale)
                            : (vector, row, out) ->
                                    BinaryFormat.numeric(out, vector.getBigInteger(row), scale);
            case VARCHAR, JSON, ENUM, OTHER, BLOB ->
                    (vector, row, out) -> out.putBytes(vector.getBytes(row));
            case BIT -> (vector, row, out) -> packedBits(vector.getBytes(row), out);
            case DATE -> (vector, row, out) -> BinaryFormat.date(out, (int) vector.getLong(row));
            case TIME -> (vector, row, out) -> BinaryFormat.time(out, vector.getLong(row));
            case TIME_TZ ->
                    (vector, row, out) ->
                            BinaryFormat.timetz(out, vector.getLong(row), vector.getMonths(row));
            case TIMESTAMP, TIMESTAMP_TZ ->
                    (vector, row, out) -> BinaryFormat.timestamp(out, vector.getLong(row));
            case INTERVAL ->
                    (vector, row, out) ->
                            BinaryFormat.interval(
                                    out,
                                    vector.getMonths(row),
                                    vector.getDays(row),
                                    vector.getMicros(row));
            case UUID ->
                    (vector, row, out) ->
                            BinaryFormat.uuid(out, vector.getUuidHigh(row), vector.getUuidLow(row));
            case LIST, ARRAY, MAP, STRUCT, UNION ->
                    (vector, row, out) -> out.putUtf8(JsonText.of(vector, row, ZoneId.of("UTC")));
        };
    }

    /** {@code digits} is the text of a bit string, one character per bit. */
    private static void packedBits(byte[] digits, RowBuffer out) {
        if (digits.length == 0) {
            BinaryFormat.bits(out, new byte[0], 0);
            return;
        }
        BigInteger bits = new BigInteger(new String(digits, StandardCharsets.US_ASCII), 2);
        int bytes = (digits.length + 7) / 8;
        byte[] value = bits.shiftLeft(bytes * 8 - digits.length).toByteArray();
        byte[] packed = new byte[bytes];
        int length = Math.min(bytes, value.length);
        System.arraycopy(value, value.length - length, packed, bytes - length, length);
        BinaryFormat.bits(out, packed, digits.length);
    }

    private static String jsonb(Vector vector, int row) {
        return JsonbColumns.canonical(new String(vector.getBytes(row), StandardCharsets.UTF_8));
    }

    /** A numeric without precision shows the digits it was given, not those it is kept with. */
    private static boolean isTrimmed(EngineType type) {
        return type.width() == TypeMapping.MOST_DIGITS
                && type.scale() == UNBOUNDED_SCALE
                && TypeMapping.isUnbounded(type);
    }

    /** Whether a column of this kind is sent as a PostgreSQL array. */
    static boolean isList(EngineType type) {
        return type.kind() == Kind.LIST || type.kind() == Kind.ARRAY;
    }

    /** The element type of a column that is sent as an array. */
    static PgType elementType(EngineType type) {
        return TypeMapping.pgType(type.innermost());
    }
}
