package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers from text, with PostgreSQL's bounds and words. */
final class NumberInput {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]++");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?");
    private static final Pattern NOT_FINITE = Pattern.compile("nan|[+-]?inf(?:inity)?");
    private static final int MAX_WHOLE_DIGITS = 131_072;
    private static final int MAX_SCALE = 16_383;
    private static final int MAX_EXPONENT_DIGITS = 7;

    private NumberInput() {}

    static long integer(PgType type, String text, long least, long most) {
        String digits = text.strip();
        if (!INTEGER.matcher(digits).matches()) {
            throw TextInput.invalid(type, text);
        }
        try {
            long value = Long.parseLong(digits);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The pattern has matched, so it can only be too long: the same answer as below.
        }
        throw outOfRange(type, text);
    }

    /** 32 bits; PostgreSQL reads -1 as the highest. */
    static long unsigned(PgType type, String text) {
        return integer(type, text, Integer.MIN_VALUE, 0xFFFF_FFFFL) & 0xFFFF_FFFFL;
    }

    static double float8(String text) {
        String digits = text.strip();
        String word = digits.toLowerCase(Locale.ROOT);
        if (NOT_FINITE.matcher(word).matches()) {
            return notFinite(word);
        }
        requireDecimal(PgType.FLOAT8, digits, text);
        double value = Double.parseDouble(digits);
        if (Double.isInfinite(value) || (value == 0 && hasNonZeroDigit(digits))) {
            throw floatOutOfRange(PgType.FLOAT8, text);
        }
        return value;
    }

    static float float4(String text) {
        String digits = text.strip();
        String word = digits.toLowerCase(Locale.ROOT);
        if (NOT_FINITE.matcher(word).matches()) {
            return (float) notFinite(word);
        }
        requireDecimal(PgType.FLOAT4, digits, text);
        float value = Float.parseFloat(digits);
        if (Float.isInfinite(value) || (value == 0 && hasNonZeroDigit(digits))) {
            throw floatOutOfRange(PgType.FLOAT4, text);
        }
        return value;
    }

    static BigDecimal numeric(String text) {
        String digits = text.strip();
        if (NOT_FINITE.matcher(digits.toLowerCase(Locale.ROOT)).matches()) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "numeric NaN and infinity are not supported");
        }
        requireDecimal(PgType.NUMERIC, digits, text);
        // Length first: neither the digits nor the exponent may make the number itself a burden.
        int exponentAt = Math.max(digits.indexOf('e'), digits.indexOf('E'));
        int exponentLength = exponentAt < 0 ? 0 : digits.length() - exponentAt - 1;
        if (digits.length() > MAX_WHOLE_DIGITS + MAX_SCALE
                || exponentLength > MAX_EXPONENT_DIGITS) {
            throw overflow();
        }
        BigDecimal value = new BigDecimal(digits);
        if (value.signum() != 0 && (long) value.precision() - value.scale() > MAX_WHOLE_DIGITS) {
            throw overflow();
        }
        int scale = Math.clamp(value.scale(), 0, MAX_SCALE);
        return value.setScale(scale, RoundingMode.HALF_UP);
    }

    private static double notFinite(String word) {
        if (word.equals("nan")) {
            return Double.NaN;
        }
        return word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    private static void requireDecimal(PgType type, String digits, String text) {
        if (!DECIMAL.matcher(digits).matches()) {
            throw TextInput.invalid(type, text);
        }
    }

    private static boolean hasNonZeroDigit(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == 'e' || c == 'E') {
                return false;
            }
            if (c >= '1' && c <= '9') {
                return true;
            }
        }
        return false;
    }

    private static SqlException outOfRange(PgType type, String text) {
        return new SqlException(
                SqlState.NUMERIC_OUT_OF_RANGE,
                "value \"%s\" is out of range for type %s".formatted(text, type.sqlName()));
    }

    private static SqlException floatOutOfRange(PgType type, String text) {
        return new SqlException(
                SqlState.NUMERIC_OUT_OF_RANGE,
                "\"%s\" is out of range for type %s".formatted(text, type.sqlName()));
    }

    private static SqlException overflow() {
        return new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "value overflows numeric format");
    }
}
