package io.rvbbit.gateway.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The spellings that nearly all values have, read from bytes without a string in between.
 *
 * <p>Whatever else PostgreSQL takes, and all that it refuses, is answered with {@link #NONE} and
 * left to {@link ParameterDecoder}. Threading: stateless.
 */
public final class QuickInput {
    /** Not a common spelling. */
    public static final long NONE = Long.MIN_VALUE;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    private static final int MAX_DIGITS = 18;
    private static final int EXACT_DIGITS = 15;

    private QuickInput() {}

    public static int int4(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static long int8(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** A sign or none and up to 18 digits. */
    public static long integer(byte[] bytes, int start, int length) {
        return decimal(bytes, start, length, 0);
    }

    /** The same with up to {@code scale} decimals; gives the number without its point. */
    public static long decimal(byte[] bytes, int start, int length, int scale) {
        int end = start + length;
        int at = start;
        boolean negative = length > 0 && bytes[start] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        int decimals = -1;
        for (; at < end; at++) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
                digits++;
                decimals += decimals >= 0 ? 1 : 0;
            } else if (bytes[at] == '.' && decimals < 0 && digits > 0 && scale > 0) {
                decimals = 0;
            } else {
                return NONE;
            }
        }
        int missing = scale - Math.max(decimals, 0);
        if (digits == 0 || missing < 0 || digits + missing > MAX_DIGITS) {
            return NONE;
        }
        for (int i = 0; i < missing; i++) {
            value *= 10;
        }
        return negative ? -value : value;
    }

    /**
     * A number of up to 15 digits without an exponent; NaN where it is none such.
     *
     * <p>Both the digits and the power of ten are exact then, so their quotient is the nearest
     * double.
     */
    public static double float8(byte[] bytes, int start, int length) {
        int end = start + length;
        int at = start;
        boolean negative = length > 0 && bytes[start] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        int decimals = -1;
        for (; at < end; at++) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
                digits++;
                decimals += decimals >= 0 ? 1 : 0;
            } else if (bytes[at] == '.' && decimals < 0 && digits > 0) {
                decimals = 0;
            } else {
                return Double.NaN;
            }
        }
        if (digits == 0 || digits > EXACT_DIGITS) {
            return Double.NaN;
        }
        double magnitude = value / POWERS[Math.max(decimals, 0)];
        return negative ? -magnitude : magnitude;
    }

    /** {@code 2026-02-10}, in days since 1970. */
    public static long date(byte[] bytes, int start, int length) {
        return length == 10 ? days(bytes, start) : NONE;
    }

    private static long days(byte[] bytes, int at) {
        int year = number(bytes, at, 4);
        int month = number(bytes, at + 5, 2);
        int day = number(bytes, at + 8, 2);
        boolean right =
                bytes[at + 4] == '-'
                        && bytes[at + 7] == '-'
                        && year > 0
                        && month >= 1
                        && month <= 12
                        && day >= 1
                        && day <= lastDay(year, month);
        if (!right) {
            return NONE;
        }
        // Days before the year and month, March being the first month of a year.
        int shifted = month > 2 ? month - 3 : month + 9;
        int marchYear = month > 2 ? year : year - 1;
        int leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400;
        return 365L * marchYear + leapDays + (153L * shifted + 2) / 5 + day - 1 - 719_468;
    }

    private static int lastDay(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** So many digits; -1 if one of them is none. */
    private static int number(byte[] bytes, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** {@code 2026-02-10 12:30:15.25}, in microseconds since 1970. */
    public static long timestamp(byte[] bytes, int start, int length) {
        if (length < 19 || length == 20 || length > 26) {
            return NONE;
        }
        long days = days(bytes, start);
        int hour = number(bytes, start + 11, 2);
        int minute = number(bytes, start + 14, 2);
        int second = number(bytes, start + 17, 2);
        boolean right =
                days != NONE
                        && (bytes[start + 10] == ' ' || bytes[start + 10] == 'T')
                        && bytes[start + 13] == ':'
                        && bytes[start + 16] == ':'
                        && hour >= 0
                        && hour < 24
                        && minute >= 0
                        && minute < 60
                        && second >= 0
                        && second < 60;
        if (!right) {
            return NONE;
        }
        long fraction = 0;
        if (length > 20) {
            int digits = length - 20;
            fraction = bytes[start + 19] == '.' ? number(bytes, start + 20, digits) : -1;
            if (fraction < 0) {
                return NONE;
            }
            for (int i = digits; i < 6; i++) {
                fraction *= 10;
            }
        }
        long seconds = hour * 3_600L + minute * 60L + second;
        return days * Temporal.MICROS_PER_DAY + seconds * Temporal.MICROS_PER_SECOND + fraction;
    }

    /** The same with {@code +02} behind it. */
    public static long timestamptz(byte[] bytes, int start, int length) {
        if (length < 22) {
            return NONE;
        }
        int sign = start + length - 3;
        int hours = number(bytes, sign + 1, 2);
        if ((bytes[sign] != '+' && bytes[sign] != '-') || hours < 0 || hours > 15) {
            return NONE;
        }
        long local = timestamp(bytes, start, length - 3);
        if (local == NONE) {
            return NONE;
        }
        long offset = hours * Temporal.MICROS_PER_HOUR;
        return bytes[sign] == '+' ? local - offset : local + offset;
    }
}
