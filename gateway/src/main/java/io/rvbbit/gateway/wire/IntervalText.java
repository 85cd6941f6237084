package io.rvbbit.gateway.wire;

import static io.rvbbit.gateway.wire.Temporal.MICROS_PER_HOUR;
import static io.rvbbit.gateway.wire.Temporal.MICROS_PER_MINUTE;

/**
 * Intervals in IntervalStyle postgres: {@code 1 year 2 mons -3 days +04:05:06.7}.
 *
 * <p>A part that follows a negative one shows its plus sign.
 */
final class IntervalText {
    private static final int MONTHS_PER_YEAR = 12;

    private IntervalText() {}

    static void write(RowBuffer out, int months, int days, long micros) {
        int start = out.size();
        boolean afterNegative = unit(out, start, months / MONTHS_PER_YEAR, " year", false);
        afterNegative = unit(out, start, months % MONTHS_PER_YEAR, " mon", afterNegative);
        afterNegative = unit(out, start, days, " day", afterNegative);
        if (micros != 0 || out.size() == start) {
            time(out, start, micros, afterNegative);
        }
    }

    /** Writes one unit unless it is zero; says whether the last one written was negative. */
    private static boolean unit(
            RowBuffer out, int start, int value, String name, boolean afterNegative) {
        if (value == 0) {
            return afterNegative;
        }
        separate(out, start);
        if (afterNegative && value > 0) {
            out.putByte('+');
        }
        TextFormat.integer(out, value);
        out.putAscii(name);
        if (value != 1) {
            out.putByte('s');
        }
        return value < 0;
    }

    private static void time(RowBuffer out, int start, long micros, boolean afterNegative) {
        separate(out, start);
        if (micros < 0) {
            out.putByte('-');
        } else if (afterNegative) {
            out.putByte('+');
        }
        // Divided before the sign goes, because the smallest number has no positive counterpart.
        out.putDigits(Math.abs(micros / MICROS_PER_HOUR), 2);
        out.putByte(':');
        out.putDigits(Math.abs(micros % MICROS_PER_HOUR / MICROS_PER_MINUTE), 2);
        out.putByte(':');
        DateTimeText.seconds(out, Math.abs(micros % MICROS_PER_MINUTE));
    }

    private static void separate(RowBuffer out, int start) {
        if (out.size() > start) {
            out.putByte(' ');
        }
    }
}
