package io.rvbbit.gateway.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.rvbbit.gateway.engine.ChunkFill;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.RowLoad;
import io.rvbbit.gateway.wire.Interval;
import io.rvbbit.gateway.wire.Temporal;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * Puts a decoded value, as {@code ParameterDecoder} gives it, into a column of one type.
 *
 * <p>Checked here is what the engine's type demands beyond PostgreSQL's: ranges, digits, labels,
 * well-formed JSON. Threading: stateless.
 */
@FunctionalInterface
interface ValueStore {
    JsonFactory JSON = new JsonFactory();

    void put(Object value, ChunkFill row, int column);

    static ValueStore of(EngineType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (value, row, column) -> row.setLong(column, (Boolean) value ? 1 : 0);
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER ->
                    (value, row, column) ->
                            row.setLong(column, checked(((Number) value).longValue(), type));
            case UBIGINT, HUGEINT, UHUGEINT ->
                    (value, row, column) ->
                            row.setBigInteger(column, checked((BigDecimal) value, type));
            case FLOAT, DOUBLE ->
                    (value, row, column) -> row.setDouble(column, ((Number) value).doubleValue());
            case DECIMAL ->
                    (value, row, column) ->
                            row.setBigInteger(column, unscaled((BigDecimal) value, type));
            case BLOB ->
                    (value, row, column) -> {
                        byte[] bytes = (byte[]) value;
                        row.setBytes(column, bytes, 0, bytes.length);
                    };
            case DATE -> (value, row, column) -> row.setLong(column, days((LocalDate) value));
            case TIME ->
                    type.name().equals("TIME")
                            ? (value, row, column) -> row.setLong(column, micros(value))
                            : ValueStore::text;
            case TIMESTAMP ->
                    (value, row, column) -> row.setLong(column, micros((LocalDateTime) value));
            case TIMESTAMP_TZ ->
                    (value, row, column) -> row.setLong(column, micros((OffsetDateTime) value));
            case INTERVAL ->
                    (value, row, column) -> {
                        Interval span = (Interval) value;
                        row.setInterval(column, span.months(), span.days(), span.micros());
                    };
            case UUID ->
                    (value, row, column) -> {
                        UUID id = (UUID) value;
                        row.setUuid(
                                column, id.getMostSignificantBits(), id.getLeastSignificantBits());
                    };
            case ENUM ->
                    (value, row, column) -> {
                        if (!type.labels().contains(String.valueOf(value))) {
                            throw new SqlException(
                                    SqlState.INVALID_TEXT_REPRESENTATION,
                                    "invalid input value for enum: \"" + value + "\"");
                        }
                        text(value, row, column);
                    };
            case JSON, MAP, STRUCT ->
                    (value, row, column) -> {
                        checkJson(String.valueOf(value));
                        text(value, row, column);
                    };
            case LIST, ARRAY -> list(type);
            case BIGNUM ->
                    (value, row, column) ->
                            text(
                                    ((BigDecimal) value).setScale(0, RoundingMode.HALF_UP),
                                    row,
                                    column);
            case VARCHAR, BIT, TIME_TZ, UNION, OTHER -> ValueStore::text;
        };
    }

    private static void text(Object value, ChunkFill row, int column) {
        row.setText(column, value);
    }

    private static ValueStore list(EngineType type) {
        if (RowLoad.holdsParts(type)) {
            return (value, row, column) -> text(json((List<?>) value), row, column);
        }
        if (!TypeMapping.pgType(type).isArray()) {
            return ValueStore::text;
        }
        return (value, row, column) -> row.setText(column, value);
    }

    private static String json(List<?> values) {
        StringJoiner array = new StringJoiner(",", "[", "]");
        for (Object value : values) {
            switch (value) {
                case null -> array.add("null");
                case List<?> inner -> array.add(json(inner));
                default -> {
                    checkJson(String.valueOf(value));
                    array.add(String.valueOf(value));
                }
            }
        }
        return array.toString();
    }

    static long least(EngineType type) {
        return switch (type.kind()) {
            case TINYINT -> Byte.MIN_VALUE;
            case SMALLINT -> Short.MIN_VALUE;
            case INTEGER -> Integer.MIN_VALUE;
            case BIGINT -> Long.MIN_VALUE + 1;
            default -> 0;
        };
    }

    static long most(EngineType type) {
        return switch (type.kind()) {
            case TINYINT -> Byte.MAX_VALUE;
            case UTINYINT -> 0xFF;
            case SMALLINT -> Short.MAX_VALUE;
            case USMALLINT -> 0xFFFF;
            case INTEGER -> Integer.MAX_VALUE;
            case UINTEGER -> 0xFFFF_FFFFL;
            default -> Long.MAX_VALUE;
        };
    }

    private static long checked(long value, EngineType type) {
        boolean bigint = type.kind() == EngineType.Kind.BIGINT;
        if (!bigint && (value < least(type) || value > most(type))) {
            throw outOfRange(Long.toString(value), type);
        }
        return value;
    }

    private static BigInteger checked(BigDecimal value, EngineType type) {
        BigInteger whole = value.setScale(0, RoundingMode.HALF_UP).unscaledValue();
        boolean fits =
                switch (type.kind()) {
                    case UBIGINT -> whole.signum() >= 0 && whole.bitLength() <= 64;
                    case UHUGEINT -> whole.signum() >= 0 && whole.bitLength() <= 128;
                    default -> whole.bitLength() <= 127;
                };
        if (!fits) {
            throw outOfRange(whole.toString(), type);
        }
        return whole;
    }

    private static SqlException outOfRange(String value, EngineType type) {
        return new SqlException(
                SqlState.NUMERIC_OUT_OF_RANGE,
                "value \"%s\" is out of range for type %s"
                        .formatted(value, type.name().toLowerCase(Locale.ROOT)));
    }

    private static BigInteger unscaled(BigDecimal value, EngineType type) {
        BigDecimal rounded = value.setScale(type.scale(), RoundingMode.HALF_UP);
        if (rounded.precision() > type.width()) {
            throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "numeric field overflow")
                    .detail(
                            "A field with precision %d, scale %d must round to an absolute value less than 10^%d."
                                    .formatted(
                                            type.width(),
                                            type.scale(),
                                            type.width() - type.scale()));
        }
        return rounded.unscaledValue();
    }

    private static long days(LocalDate date) {
        if (date.equals(LocalDate.MAX)) {
            return Temporal.DATE_INFINITY;
        }
        if (date.equals(LocalDate.MIN)) {
            return Temporal.DATE_MINUS_INFINITY;
        }
        long days = date.toEpochDay();
        if (Math.abs(days) >= Temporal.DATE_INFINITY) {
            throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range");
        }
        return days;
    }

    /** The end of a day is no time of Java's. */
    private static long micros(Object timeOfDay) {
        return timeOfDay instanceof LocalTime time
                ? time.toNanoOfDay() / 1_000
                : Temporal.MICROS_PER_DAY;
    }

    private static long micros(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) {
            return Temporal.TIMESTAMP_INFINITY;
        }
        return time.equals(OffsetDateTime.MIN)
                ? Temporal.TIMESTAMP_MINUS_INFINITY
                : micros(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
    }

    private static long micros(LocalDateTime time) {
        if (time.equals(LocalDateTime.MAX)) {
            return Temporal.TIMESTAMP_INFINITY;
        }
        if (time.equals(LocalDateTime.MIN)) {
            return Temporal.TIMESTAMP_MINUS_INFINITY;
        }
        try {
            long seconds = time.toEpochSecond(ZoneOffset.UTC);
            return Math.addExact(
                    Math.multiplyExact(seconds, 1_000_000L), time.get(ChronoField.MICRO_OF_SECOND));
        } catch (ArithmeticException e) {
            throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range", e);
        }
    }

    private static void checkJson(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw badJson("The input string ended unexpectedly.");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw badJson("Expected end of input.");
            }
        } catch (IOException e) {
            throw badJson("The text is not well-formed JSON.");
        }
    }

    private static SqlException badJson(String detail) {
        return new SqlException(
                        SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json")
                .detail(detail);
    }
}
