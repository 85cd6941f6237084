package io.rvbbit.gateway.wire;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating point numbers as PostgreSQL prints them.
 *
 * <p>The shortest digits that read back as the same number, like {@link Double#toString(double)}
 * gives, with two differences: PostgreSQL doesn't accept digits that lie exactly half-way to a
 * neighbour (1e23 is 9.999999999999999e+22), and it gives a single digit where that is enough
 * (5e-324). Most numbers that people store have few digits and need neither.
 */
final class FloatText {
    private static final double[] POWERS = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    private static final double EXACT_INTEGERS = 0x1p53;
    private static final float EXACT_FLOAT_INTEGERS = 0x1p24f;
    private static final int DOUBLE_DIGITS = 15;
    private static final int FLOAT_DIGITS = 6;

    private FloatText() {}

    static void float8(RowBuffer out, double value, int extraDigits) {
        if (special(out, value)) {
            return;
        }
        if (extraDigits <= 0) {
            rounded(out, value, DOUBLE_DIGITS + extraDigits);
        } else if (!fewDigits(out, value)) {
            shortest(out, value);
        }
    }

    static void float4(RowBuffer out, float value, int extraDigits) {
        if (special(out, value)) {
            return;
        }
        if (extraDigits <= 0) {
            rounded(out, value, FLOAT_DIGITS + extraDigits);
        } else if (!fewDigits(out, value)) {
            shortest(out, value);
        }
    }

    /** Zeros and what is no number. */
    private static boolean special(RowBuffer out, double value) {
        if (value == 0) {
            out.putAscii(1 / value < 0 ? "-0" : "0");
        } else if (Double.isNaN(value)) {
            out.putAscii("NaN");
        } else if (Double.isInfinite(value)) {
            out.putAscii(value > 0 ? "Infinity" : "-Infinity");
        } else {
            return false;
        }
        return true;
    }

    /**
     * Numbers of up to 15 digits, 6 of them behind the point. An integer over an exact power of ten
     * is a correctly rounded quotient, so equality proves that the digits read back as the number.
     */
    private static boolean fewDigits(RowBuffer out, double value) {
        double magnitude = Math.abs(value);
        if (magnitude >= 1e15 || magnitude < 1e-4) {
            return false;
        }
        for (int scale = 0; scale < POWERS.length; scale++) {
            double digits = Math.rint(magnitude * POWERS[scale]);
            if (digits >= 1e15) {
                return false;
            }
            if (digits / POWERS[scale] == magnitude) {
                NumericText.write(out, (long) (value < 0 ? -digits : digits), scale);
                return true;
            }
        }
        return false;
    }

    private static boolean fewDigits(RowBuffer out, float value) {
        float magnitude = Math.abs(value);
        if (magnitude >= 1e6f || magnitude < 1e-4f) {
            return false;
        }
        for (int scale = 0; scale < POWERS.length; scale++) {
            float power = (float) POWERS[scale];
            double digits = Math.rint((double) magnitude * power);
            if (digits >= 1e6) {
                return false;
            }
            if ((float) digits / power == magnitude) {
                NumericText.write(out, (long) (value < 0 ? -digits : digits), scale);
                return true;
            }
        }
        return false;
    }

    private static void shortest(RowBuffer out, double value) {
        double magnitude = Math.abs(value);
        BigDecimal digits = new BigDecimal(Double.toString(magnitude));
        if (magnitude >= EXACT_INTEGERS || magnitude < Double.MIN_NORMAL) {
            digits = strictly(digits, magnitude, Math.nextDown(magnitude), Math.nextUp(magnitude));
        }
        put(out, value < 0, digits, DOUBLE_DIGITS);
    }

    private static void shortest(RowBuffer out, float value) {
        float magnitude = Math.abs(value);
        BigDecimal digits = new BigDecimal(Float.toString(magnitude));
        if (magnitude >= EXACT_FLOAT_INTEGERS || magnitude < Float.MIN_NORMAL) {
            digits = strictly(digits, magnitude, Math.nextDown(magnitude), Math.nextUp(magnitude));
        }
        put(out, value < 0, digits, FLOAT_DIGITS);
    }

    /** Makes Java's digits PostgreSQL's: the shortest that lie strictly within half a step. */
    private static BigDecimal strictly(
            BigDecimal digits, double value, double below, double above) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal half = BigDecimal.valueOf(0.5);
        BigDecimal low = exact.add(new BigDecimal(below)).multiply(half);
        BigDecimal high =
                Double.isInfinite(above)
                        ? exact.add(exact.subtract(low))
                        : exact.add(new BigDecimal(above)).multiply(half);
        boolean onEdge = digits.compareTo(low) == 0 || digits.compareTo(high) == 0;
        if (!onEdge && digits.stripTrailingZeros().precision() != 2) {
            return digits;
        }
        for (int precision = 1; ; precision++) {
            BigDecimal down = exact.round(new MathContext(precision, RoundingMode.FLOOR));
            BigDecimal up = exact.round(new MathContext(precision, RoundingMode.CEILING));
            boolean downFits = down.compareTo(low) > 0;
            boolean upFits = up.compareTo(high) < 0;
            if (downFits && upFits) {
                boolean downIsNearer = exact.subtract(down).compareTo(up.subtract(exact)) <= 0;
                return downIsNearer ? down : up;
            }
            if (downFits || upFits) {
                return downFits ? down : up;
            }
        }
    }

    /** What C prints for {@code %.<precision>g}. */
    private static void rounded(RowBuffer out, double value, int precision) {
        int digits = Math.max(precision, 1);
        BigDecimal exact = new BigDecimal(Math.abs(value));
        put(out, value < 0, exact.round(new MathContext(digits, RoundingMode.HALF_EVEN)), digits);
    }

    /**
     * Plain where the exponent is -4 or above and below {@code plainBelow}, else with an exponent.
     */
    private static void put(RowBuffer out, boolean negative, BigDecimal value, int plainBelow) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (negative) {
            out.putByte('-');
        }
        if (exponent >= -4 && exponent < plainBelow) {
            out.putAscii(stripped.toPlainString());
            return;
        }
        String digits = stripped.unscaledValue().toString();
        out.putByte(digits.charAt(0));
        if (digits.length() > 1) {
            out.putByte('.');
            out.putAscii(digits.substring(1));
        }
        out.putByte('e');
        out.putByte(exponent < 0 ? '-' : '+');
        out.putDigits(Math.abs(exponent), 2);
    }
}
