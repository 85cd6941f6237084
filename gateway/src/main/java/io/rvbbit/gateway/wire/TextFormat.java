package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneId;

/**
 * Values as PostgreSQL 15 prints them, written into the row without a string in between.
 *
 * <p>Each method writes the payload of one value; {@link RowBuffer#beginValue} and {@code endValue}
 * go around it. Without a style DateStyle is ISO; IntervalStyle is postgres. Dates are days and
 * timestamps microseconds since 1970-01-01 (UTC), as in {@link Temporal}. Threading: any, the row
 * being the caller's.
 */
public final class TextFormat {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    private TextFormat() {}

    public static void bool(RowBuffer out, boolean value) {
        out.putByte(value ? 't' : 'f');
    }

    /** int2, int4 and int8; also oid, given as an unsigned number. */
    public static void integer(RowBuffer out, long value) {
        if (value == Long.MIN_VALUE) {
            out.putAscii("-9223372036854775808"); // has no positive counterpart
            return;
        }
        if (value < 0) {
            out.putByte('-');
        }
        out.putDigits(Math.abs(value), 1);
    }

    /** {@code extraFloatDigits} is the setting of that name: above 0 the shortest exact form. */
    public static void float4(RowBuffer out, float value, int extraFloatDigits) {
        FloatText.float4(out, value, extraFloatDigits);
    }

    public static void float8(RowBuffer out, double value, int extraFloatDigits) {
        FloatText.float8(out, value, extraFloatDigits);
    }

    /** {@code unscaled} × 10^-scale; scale is 0 or more and is shown in full. */
    public static void numeric(RowBuffer out, long unscaled, int scale) {
        NumericText.write(out, unscaled, scale);
    }

    /** The same of a 128-bit two's complement number. */
    public static void numeric(RowBuffer out, long high, long low, int scale) {
        NumericText.write(out, high, low, scale);
    }

    public static void numeric(RowBuffer out, BigInteger unscaled, int scale) {
        NumericText.write(out, unscaled, scale);
    }

    public static void numeric(RowBuffer out, BigDecimal value) {
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        NumericText.write(out, plain.unscaledValue(), plain.scale());
    }

    public static void date(RowBuffer out, int days) {
        DateTimeText.date(out, days, DateStyle.DEFAULT);
    }

    public static void date(RowBuffer out, int days, DateStyle style) {
        DateTimeText.date(out, days, style);
    }

    /** Microseconds of the day, 24:00:00 included. */
    public static void time(RowBuffer out, long micros) {
        DateTimeText.time(out, micros);
    }

    /** The local time and its distance from UTC, positive east of Greenwich. */
    public static void timetz(RowBuffer out, long micros, int offsetSeconds) {
        DateTimeText.time(out, micros);
        DateTimeText.offset(out, offsetSeconds);
    }

    public static void timestamp(RowBuffer out, long micros) {
        DateTimeText.timestamp(out, micros, DateStyle.DEFAULT);
    }

    public static void timestamp(RowBuffer out, long micros, DateStyle style) {
        DateTimeText.timestamp(out, micros, style);
    }

    public static void timestamptz(RowBuffer out, long micros, ZoneId zone) {
        DateTimeText.timestamptz(out, micros, zone, DateStyle.DEFAULT);
    }

    public static void timestamptz(RowBuffer out, long micros, ZoneId zone, DateStyle style) {
        DateTimeText.timestamptz(out, micros, zone, style);
    }

    public static void interval(RowBuffer out, int months, int days, long micros) {
        IntervalText.write(out, months, days, micros);
    }

    public static void uuid(RowBuffer out, long mostSignificant, long leastSignificant) {
        hex(out, mostSignificant >>> 32, 8);
        out.putByte('-');
        hex(out, mostSignificant >>> 16, 4);
        out.putByte('-');
        hex(out, mostSignificant, 4);
        out.putByte('-');
        hex(out, leastSignificant >>> 48, 4);
        out.putByte('-');
        hex(out, leastSignificant, 12);
    }

    private static void hex(RowBuffer out, long value, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.putByte(HEX[(int) (value >>> shift) & 0xF]);
        }
    }

    public static void bytea(RowBuffer out, byte[] value) {
        out.putByte('\\');
        out.putByte('x');
        for (byte b : value) {
            out.putByte(HEX[b >> 4 & 0xF]);
            out.putByte(HEX[b & 0xF]);
        }
    }

    /** The older form: octal escapes for all but printable ASCII. */
    public static void byteaEscaped(RowBuffer out, byte[] value) {
        for (byte b : value) {
            if (b == '\\') {
                out.putAscii("\\\\");
            } else if (b >= ' ' && b <= '~') {
                out.putByte(b);
            } else {
                out.putByte('\\');
                out.putByte('0' + (b >> 6 & 3));
                out.putByte('0' + (b >> 3 & 7));
                out.putByte('0' + (b & 7));
            }
        }
    }

    /** All types whose text is the value itself: text, varchar, name, json, jsonb, xml, unknown. */
    public static void text(RowBuffer out, String value) {
        out.putUtf8(value);
    }

    /** bit and varbit: the first bit is the highest of the first byte. */
    public static void bits(RowBuffer out, byte[] packed, int length) {
        for (int i = 0; i < length; i++) {
            out.putByte('0' + (packed[i >> 3] >> (7 - (i & 7)) & 1));
        }
    }

    /**
     * An array with these dimensions, all lower bounds 1; no dimension or one of 0 makes it empty.
     */
    public static void array(RowBuffer out, int[] dimensions, ElementWriter elements) {
        ArrayText.write(out, dimensions, elements);
    }

    /** A row of so many fields. */
    public static void record(RowBuffer out, int fields, ElementWriter writer) {
        RecordText.write(out, fields, writer);
    }
}
