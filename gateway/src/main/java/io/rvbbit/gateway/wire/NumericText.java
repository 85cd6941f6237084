package io.rvbbit.gateway.wire;

import java.math.BigInteger;

/** Exact decimals: an integer with a point moved into it; trailing zeros belong to the value. */
final class NumericText {
    private static final int MAX_LONG_SCALE = 18;
    private static final long[] POWERS = new long[MAX_LONG_SCALE + 1];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private NumericText() {}

    static void write(RowBuffer out, long unscaled, int scale) {
        if (scale > MAX_LONG_SCALE || unscaled == Long.MIN_VALUE) {
            write(out, BigInteger.valueOf(unscaled), scale);
            return;
        }
        long magnitude = Math.abs(unscaled);
        if (unscaled < 0) {
            out.putByte('-');
        }
        long power = POWERS[scale];
        out.putDigits(magnitude / power, 1);
        if (scale > 0) {
            out.putByte('.');
            out.putDigits(magnitude % power, scale);
        }
    }

    static void write(RowBuffer out, long high, long low, int scale) {
        if (high == low >> 63) {
            write(out, low, scale);
        } else {
            write(out, wide(high, low), scale);
        }
    }

    static void write(RowBuffer out, BigInteger unscaled, int scale) {
        String digits = unscaled.abs().toString();
        if (unscaled.signum() < 0) {
            out.putByte('-');
        }
        int whole = digits.length() - scale;
        if (scale == 0) {
            out.putAscii(digits);
        } else if (whole > 0) {
            out.putAscii(digits.substring(0, whole));
            out.putByte('.');
            out.putAscii(digits.substring(whole));
        } else {
            out.putAscii("0.");
            out.putAscii("0".repeat(-whole));
            out.putAscii(digits);
        }
    }

    /** The number that two halves of a 128-bit two's complement word make. */
    static BigInteger wide(long high, long low) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return new BigInteger(bytes);
    }
}
