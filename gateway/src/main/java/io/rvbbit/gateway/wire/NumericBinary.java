package io.rvbbit.gateway.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Exact decimals on the wire: digits of base 10,000 around the decimal point.
 *
 * <pre>
 * digits (int16), weight of the first digit (int16), sign (0000, 4000 minus, C000 NaN),
 * decimals to show (int16), digit (int16)*
 * </pre>
 *
 * <p>Zeros at both ends are left out, so zero itself has no digit and weight 0.
 */
final class NumericBinary {
    static final int POSITIVE = 0x0000;
    static final int NEGATIVE = 0x4000;
    private static final int BASE = 10_000;
    private static final int BASE_DIGITS = 4;
    private static final int MAX_LONG_SCALE = 16; // 10^16 times the padding still fits into a long

    private NumericBinary() {}

    static void write(RowBuffer out, long unscaled, int scale) {
        if (scale > MAX_LONG_SCALE || unscaled == Long.MIN_VALUE) {
            write(out, BigInteger.valueOf(unscaled), scale);
            return;
        }
        long magnitude = Math.abs(unscaled);
        long power = power(scale);
        int fractionGroups = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
        long whole = magnitude / power;
        long fraction = magnitude % power * power(fractionGroups * BASE_DIGITS - scale);
        short[] groups = new short[5 + fractionGroups];
        split(whole, groups, 0, 5);
        split(fraction, groups, 5, fractionGroups);
        put(out, groups, 5, unscaled < 0, scale);
    }

    private static long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }

    private static void split(long value, short[] groups, int from, int count) {
        long rest = value;
        for (int i = from + count - 1; i >= from; i--) {
            groups[i] = (short) (rest % BASE);
            rest /= BASE;
        }
    }

    static void write(RowBuffer out, BigInteger unscaled, int scale) {
        String digits = unscaled.abs().toString();
        int wholeDigits = Math.max(digits.length() - scale, 0);
        int wholeGroups = (wholeDigits + BASE_DIGITS - 1) / BASE_DIGITS;
        int fractionGroups = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
        // Aligned so that the point falls between two groups.
        int leading = wholeGroups * BASE_DIGITS + scale - digits.length();
        int trailing = fractionGroups * BASE_DIGITS - scale;
        String aligned = "0".repeat(leading) + digits + "0".repeat(trailing);
        short[] groups = new short[wholeGroups + fractionGroups];
        for (int i = 0; i < groups.length; i++) {
            int from = i * BASE_DIGITS;
            groups[i] = (short) Integer.parseInt(aligned, from, from + BASE_DIGITS, 10);
        }
        put(out, groups, wholeGroups, unscaled.signum() < 0, scale);
    }

    private static void put(
            RowBuffer out, short[] groups, int wholeGroups, boolean negative, int scale) {
        int first = 0;
        while (first < groups.length && groups[first] == 0) {
            first++;
        }
        int end = groups.length;
        while (end > first && groups[end - 1] == 0) {
            end--;
        }
        boolean zero = first == end;
        out.putShort(end - first);
        out.putShort(zero ? 0 : wholeGroups - 1 - first);
        out.putShort(negative ? NEGATIVE : POSITIVE);
        out.putShort(scale);
        for (int i = first; i < end; i++) {
            out.putShort(groups[i]);
        }
    }

    /**
     * The number that such digits make; digits beyond the shown decimals are cut off, as PostgreSQL
     * does.
     */
    static BigDecimal read(short[] groups, int weight, boolean negative, int scale) {
        StringBuilder digits = new StringBuilder(groups.length * BASE_DIGITS + 1).append('0');
        for (short group : groups) {
            String text = Short.toString(group);
            digits.append("0".repeat(BASE_DIGITS - text.length())).append(text);
        }
        int exponent = (weight - groups.length + 1) * BASE_DIGITS;
        BigDecimal value =
                new BigDecimal(new BigInteger(digits.toString()), -exponent)
                        .setScale(scale, RoundingMode.DOWN);
        return negative ? value.negate() : value;
    }
}
