package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Bound parameters as Java values.
 *
 * <p>bool → Boolean, int2 → Short, int4 → Integer, int8 → Long, oid and its like → Long, float4 →
 * Float, float8 → Double, numeric → BigDecimal, bytea → byte[], date → LocalDate, time → LocalTime,
 * timetz → OffsetTime, timestamp → LocalDateTime, timestamptz → OffsetDateTime, interval → {@link
 * Interval}, uuid → UUID, bit and varbit → String of 0 and 1, arrays → List, nested per dimension,
 * with null for NULL. All else is String, and so is text of an unknown type (OID 0 or 705).
 *
 * <p>Infinite dates and timestamps are the MAX and MIN of their class. Java has no exact number for
 * numeric NaN and infinity (0A000), and no time of day 24:00, which stays text. Bad text is 22P02,
 * 22003, 22007 or 22008, bad binary 22P03, too little binary 08P01: as PostgreSQL has it. None of
 * them hurts the framing. Threading: any.
 */
public final class ParameterDecoder {
    /** PostgreSQL gives numbers from here on to what is created in a database. */
    private static final int FIRST_DEFINED_OID = 16_384;

    private ParameterDecoder() {}

    /**
     * The value of a parameter that is not NULL.
     *
     * @param zone of the session; for text of timestamptz without an offset
     * @throws SqlException if the bytes are no value of that type
     */
    public static Object decode(int typeOid, Format format, byte[] bytes, ZoneId zone) {
        return decode(typeOid, format, bytes, zone, DateStyle.Order.MDY);
    }

    /** The same, where dates in text have their numbers in this order. */
    public static Object decode(
            int typeOid, Format format, byte[] bytes, ZoneId zone, DateStyle.Order order) {
        Optional<PgType> known = PgType.ofOid(typeOid);
        return switch (format) {
            case TEXT -> {
                String text = Utf8.decodeValue(bytes);
                yield known.<Object>map(type -> TextInput.parse(type, text, zone, order))
                        .orElse(text);
            }
            case BINARY -> {
                if (typeOid == 0) {
                    yield Utf8.decodeValue(bytes);
                }
                if (known.isEmpty() && Integer.compareUnsigned(typeOid, FIRST_DEFINED_OID) >= 0) {
                    yield defined(bytes);
                }
                PgType type = known.orElseThrow(() -> noBinary(Integer.toUnsignedString(typeOid)));
                yield BinaryInput.parse(type, bytes);
            }
        };
    }

    /**
     * A value of an enum, or of an array of one: the types that a database defines. The count of an
     * array's dimensions begins with a zero byte, which no text has.
     */
    private static Object defined(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == 0
                ? BinaryInput.parse(PgType.TEXT_ARRAY, bytes)
                : Utf8.decodeValue(bytes);
    }

    static SqlException noBinary(String type) {
        return new SqlException(
                SqlState.UNDEFINED_FUNCTION, "no binary input function available for type " + type);
    }
}
