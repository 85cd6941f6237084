package io.rvbbit.gateway.wire;

import static io.rvbbit.gateway.wire.Temporal.MICROS_PER_HOUR;
import static io.rvbbit.gateway.wire.Temporal.MICROS_PER_MINUTE;
import static io.rvbbit.gateway.wire.Temporal.MICROS_PER_SECOND;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Dates and times in ISO style; the year 0 is 1 BC, and years may have more than four digits. */
final class DateTimeText {
    private static final long SECONDS_PER_DAY = 86_400;

    private DateTimeText() {}

    static void date(RowBuffer out, int days, DateStyle style) {
        if (days == Temporal.DATE_INFINITY) {
            out.putAscii("infinity");
        } else if (days == Temporal.DATE_MINUS_INFINITY) {
            out.putAscii("-infinity");
        } else if (style.form() != DateStyle.Form.ISO) {
            DateTimeStyled.date(out, days, style);
        } else if (putDate(out, days)) {
            out.putAscii(" BC");
        }
    }

    static void timestamp(RowBuffer out, long micros, DateStyle style) {
        if (infinite(out, micros)) {
            return;
        }
        if (style.form() != DateStyle.Form.ISO) {
            DateTimeStyled.timestamp(out, micros, style);
        } else if (putDateTime(out, micros, 0)) {
            out.putAscii(" BC");
        }
    }

    static void timestamptz(RowBuffer out, long micros, ZoneId zone, DateStyle style) {
        if (infinite(out, micros)) {
            return;
        }
        if (style.form() != DateStyle.Form.ISO) {
            DateTimeStyled.timestamptz(out, micros, zone, style);
            return;
        }
        int offset = offsetAt(micros, zone);
        boolean beforeChrist = putDateTime(out, micros, offset);
        offset(out, offset);
        if (beforeChrist) {
            out.putAscii(" BC");
        }
    }

    private static int offsetAt(long micros, ZoneId zone) {
        if (zone instanceof ZoneOffset fixed) {
            return fixed.getTotalSeconds();
        }
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, MICROS_PER_SECOND));
        return zone.getRules().getOffset(instant).getTotalSeconds();
    }

    private static boolean infinite(RowBuffer out, long micros) {
        if (micros == Temporal.TIMESTAMP_INFINITY) {
            out.putAscii("infinity");
        } else if (micros == Temporal.TIMESTAMP_MINUS_INFINITY) {
            out.putAscii("-infinity");
        } else {
            return false;
        }
        return true;
    }

    /**
     * Writes all but the era; says whether it is BC. Seconds are shifted, as micros could overflow.
     */
    private static boolean putDateTime(RowBuffer out, long micros, int offsetSeconds) {
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND) + offsetSeconds;
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        long rest = Math.floorMod(seconds, SECONDS_PER_DAY) * MICROS_PER_SECOND;
        boolean beforeChrist = putDate(out, days);
        out.putByte(' ');
        time(out, rest + Math.floorMod(micros, MICROS_PER_SECOND));
        return beforeChrist;
    }

    /**
     * The calendar date of a day number, by counting in eras of 400 years that begin on 1 March, so
     * that the leap day is the last of its year.
     */
    private static boolean putDate(RowBuffer out, long days) {
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        long dayOfEra = Math.floorMod(shifted, 146_097);
        long yearOfEra =
                (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long monthFromMarch = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        out.putDigits(year > 0 ? year : 1 - year, 4);
        out.putByte('-');
        out.putDigits(month, 2);
        out.putByte('-');
        out.putDigits(day, 2);
        return year <= 0;
    }

    static void time(RowBuffer out, long micros) {
        out.putDigits(micros / MICROS_PER_HOUR, 2);
        out.putByte(':');
        out.putDigits(micros / MICROS_PER_MINUTE % 60, 2);
        out.putByte(':');
        seconds(out, micros % MICROS_PER_MINUTE);
    }

    /** Seconds of a minute, with as many of six decimals as are needed. */
    static void seconds(RowBuffer out, long micros) {
        out.putDigits(micros / MICROS_PER_SECOND, 2);
        long fraction = micros % MICROS_PER_SECOND;
        if (fraction != 0) {
            int width = 6;
            while (fraction % 10 == 0) {
                fraction /= 10;
                width--;
            }
            out.putByte('.');
            out.putDigits(fraction, width);
        }
    }

    /** {@code +02}, {@code +05:30} or, for local mean time, {@code -04:56:02}. */
    static void offset(RowBuffer out, int seconds) {
        int magnitude = Math.abs(seconds);
        out.putByte(seconds < 0 ? '-' : '+');
        out.putDigits(magnitude / 3600, 2);
        if (magnitude % 3600 != 0) {
            out.putByte(':');
            out.putDigits(magnitude / 60 % 60, 2);
        }
        if (magnitude % 60 != 0) {
            out.putByte(':');
            out.putDigits(magnitude % 60, 2);
        }
    }
}
