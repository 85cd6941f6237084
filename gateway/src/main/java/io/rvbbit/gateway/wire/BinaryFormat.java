package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * Values in PostgreSQL's binary form, written into the row.
 *
 * <p>The counterpart of {@link TextFormat}, with the same arguments. Points in time are counted
 * from 2000 on the wire. Threading: any, the row being the caller's.
 */
public final class BinaryFormat {
    private static final int JSONB_VERSION = 1;

    private BinaryFormat() {}

    public static void bool(RowBuffer out, boolean value) {
        out.putByte(value ? 1 : 0);
    }

    public static void int2(RowBuffer out, int value) {
        out.putShort(value);
    }

    /** int4; also oid and its kin, whose 32 bits are unsigned. */
    public static void int4(RowBuffer out, int value) {
        out.putInt(value);
    }

    public static void int8(RowBuffer out, long value) {
        out.putLong(value);
    }

    public static void float4(RowBuffer out, float value) {
        out.putInt(Float.floatToIntBits(value));
    }

    public static void float8(RowBuffer out, double value) {
        out.putLong(Double.doubleToLongBits(value));
    }

    public static void numeric(RowBuffer out, long unscaled, int scale) {
        NumericBinary.write(out, unscaled, scale);
    }

    public static void numeric(RowBuffer out, long high, long low, int scale) {
        if (high == low >> 63) {
            NumericBinary.write(out, low, scale);
        } else {
            NumericBinary.write(out, NumericText.wide(high, low), scale);
        }
    }

    public static void numeric(RowBuffer out, BigInteger unscaled, int scale) {
        NumericBinary.write(out, unscaled, scale);
    }

    public static void numeric(RowBuffer out, BigDecimal value) {
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        NumericBinary.write(out, plain.unscaledValue(), plain.scale());
    }

    /**
     * @throws SqlException 22008 for the few days that PostgreSQL's count can't reach
     */
    public static void date(RowBuffer out, int days) {
        if (days == Temporal.DATE_INFINITY) {
            out.putInt(Integer.MAX_VALUE);
        } else if (days == Temporal.DATE_MINUS_INFINITY) {
            out.putInt(Integer.MIN_VALUE);
        } else {
            long shifted = (long) days - Temporal.EPOCH_2000_DAYS;
            if (shifted <= Integer.MIN_VALUE) {
                throw outOfRange("date");
            }
            out.putInt((int) shifted);
        }
    }

    public static void time(RowBuffer out, long micros) {
        out.putLong(micros);
    }

    /** The wire counts the offset positive west of Greenwich; the argument is positive east. */
    public static void timetz(RowBuffer out, long micros, int offsetSeconds) {
        out.putLong(micros);
        out.putInt(-offsetSeconds);
    }

    /**
     * timestamp and timestamptz.
     *
     * @throws SqlException 22008 for the few that PostgreSQL's count can't reach
     */
    public static void timestamp(RowBuffer out, long micros) {
        if (micros == Temporal.TIMESTAMP_INFINITY) {
            out.putLong(Long.MAX_VALUE);
        } else if (micros == Temporal.TIMESTAMP_MINUS_INFINITY) {
            out.putLong(Long.MIN_VALUE);
        } else {
            if (micros <= Long.MIN_VALUE + Temporal.EPOCH_2000_MICROS) {
                throw outOfRange("timestamp");
            }
            out.putLong(micros - Temporal.EPOCH_2000_MICROS);
        }
    }

    private static SqlException outOfRange(String type) {
        return new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, type + " out of range");
    }

    public static void interval(RowBuffer out, int months, int days, long micros) {
        out.putLong(micros);
        out.putInt(days);
        out.putInt(months);
    }

    public static void uuid(RowBuffer out, long mostSignificant, long leastSignificant) {
        out.putLong(mostSignificant);
        out.putLong(leastSignificant);
    }

    public static void bytea(RowBuffer out, byte[] value) {
        out.putBytes(value);
    }

    /** All types whose binary form is their text: text, varchar, name, json, xml, unknown. */
    public static void text(RowBuffer out, String value) {
        out.putUtf8(value);
    }

    public static void jsonb(RowBuffer out, String value) {
        out.putByte(JSONB_VERSION);
        out.putUtf8(value);
    }

    /** bit and varbit: a count of bits, then bytes, the first bit highest. */
    public static void bits(RowBuffer out, byte[] packed, int length) {
        out.putInt(length);
        out.putBytes(packed, 0, (length + 7) / 8);
    }

    /** A row: each field with its type. */
    public static void record(RowBuffer out, List<PgType> types, ElementWriter fields) {
        out.putInt(types.size());
        for (int i = 0; i < types.size(); i++) {
            out.putInt(types.get(i).oid());
            int start = out.beginValue();
            if (fields.write(out, i)) {
                out.endValue(start);
            } else {
                out.setInt(start - 4, -1);
            }
        }
    }

    /**
     * An array with these dimensions, all lower bounds 1; no dimension or one of 0 makes it empty.
     */
    public static void array(
            RowBuffer out, PgType element, int[] dimensions, ElementWriter elements) {
        boolean empty = ArrayText.isEmpty(dimensions);
        out.putInt(empty ? 0 : dimensions.length);
        int hasNull = out.size();
        out.putInt(0);
        out.putInt(element.oid());
        if (empty) {
            return;
        }
        int count = 1;
        for (int dimension : dimensions) {
            out.putInt(dimension);
            out.putInt(1);
            count = Math.multiplyExact(count, dimension);
        }
        for (int i = 0; i < count; i++) {
            int start = out.beginValue();
            if (elements.write(out, i)) {
                out.endValue(start);
            } else {
                out.truncate(start);
                out.setInt(start - 4, -1);
                out.setInt(hasNull, 1);
            }
        }
    }
}
