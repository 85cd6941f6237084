package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** {@code to_char} and {@code to_number} of numbers. Threading: immutable. */
final class NumberPicture {
    private static final int[] ROMAN_VALUES = {
        1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1
    };
    private static final String[] ROMAN_SIGNS = {
        "M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"
    };

    private final String format;
    private boolean fillMode;
    private boolean zeros;
    private int before;
    private int after;
    private int zeroFrom = Integer.MAX_VALUE;
    private int zerosBehind;
    private int scaled;
    private boolean ownSign;

    private NumberPicture(String format) {
        this.format = format;
        measure();
    }

    private void measure() {
        boolean behind = false;
        for (int i = 0; i < format.length(); i++) {
            char c = Character.toUpperCase(format.charAt(i));
            switch (c) {
                case 'F' -> fillMode |= matches(i, "FM");
                case '"' -> i = Math.max(i, format.indexOf('"', i + 1));
                case '9', '0' -> {
                    if (behind) {
                        after++;
                        zerosBehind = c == '0' ? after : zerosBehind;
                    } else if (scaled > 0) {
                        scaled++;
                    } else {
                        before++;
                        if (c == '0' && !zeros) {
                            zeros = true;
                            zeroFrom = before;
                        }
                    }
                }
                case '.', 'D' -> behind = true;
                case 'V' -> scaled = 1;
                case 'S' -> ownSign = true;
                case 'M' -> ownSign |= matches(i, "MI");
                case 'P' -> ownSign |= matches(i, "PR") || matches(i, "PL");
                default -> {}
            }
        }
    }

    private boolean matches(int at, String pattern) {
        return format.regionMatches(true, at, pattern, 0, 2);
    }

    static String of(BigDecimal value, String format) {
        NumberPicture picture = new NumberPicture(format);
        String upper = format.toUpperCase(Locale.ROOT);
        if (upper.contains("RN")) {
            return picture.roman(value, format.contains("rn"));
        }
        return picture.write(value);
    }

    private String write(BigDecimal value) {
        BigDecimal shifted = scaled > 1 ? value.movePointRight(scaled - 1) : value;
        BigDecimal rounded = shifted.setScale(after, RoundingMode.HALF_UP);
        String digits = rounded.unscaledValue().abs().toString();
        if (digits.length() <= after) {
            digits = "0".repeat(after - digits.length() + 1) + digits;
        }
        String whole = digits.substring(0, digits.length() - after);
        String part = digits.substring(digits.length() - after);
        boolean negative = rounded.signum() < 0;
        int places = before + Math.max(0, scaled - 1);
        boolean overflow = whole.length() > places && !(whole.equals("0") && places == 0);
        if (whole.equals("0") && after > 0 && !zeros) {
            whole = "";
        }
        if (overflow) {
            whole = "#".repeat(places);
            part = "#".repeat(after);
        }
        return assemble(whole, part, places, negative, rounded);
    }

    private String assemble(
            String whole, String part, int places, boolean negative, BigDecimal rounded) {
        StringBuilder out = new StringBuilder();
        int seen = 0;
        int behind = 0;
        boolean point = false;
        boolean signed = ownSign;
        int signAt = -1;
        int kept = fillMode ? Math.max(keptDigits(part), zerosBehind) : part.length();
        for (int i = 0; i < format.length(); i++) {
            char c = Character.toUpperCase(format.charAt(i));
            switch (c) {
                case '9', '0' -> {
                    if (point) {
                        if (behind < kept) {
                            out.append(part.charAt(behind));
                        }
                        behind++;
                        continue;
                    }
                    seen++;
                    int index = seen - 1 - (places - whole.length());
                    boolean digit = index >= 0 || seen >= zeroFrom;
                    if (digit && !signed && signAt < 0) {
                        signAt = out.length();
                    }
                    if (index >= 0) {
                        out.append(whole.charAt(index));
                    } else if (seen >= zeroFrom) {
                        out.append('0');
                    } else if (!fillMode) {
                        out.append(' ');
                    }
                }
                case '.', 'D' -> {
                    point = true;
                    if (!signed && signAt < 0) {
                        signAt = out.length();
                    }
                    out.append('.');
                }
                case ',', 'G' -> {
                    boolean begun = seen - (places - whole.length()) > 0 || seen >= zeroFrom;
                    if (begun) {
                        out.append(',');
                    } else if (!fillMode) {
                        out.append(' ');
                    }
                }
                case '"' -> {
                    int close = format.indexOf('"', i + 1);
                    int end = close < 0 ? format.length() : close;
                    out.append(format, i + 1, end);
                    i = end;
                }
                case 'V' -> {}
                case 'L' -> out.append('$');
                case 'S' -> {
                    out.append(negative ? '-' : '+');
                    if (i == 0 && !fillMode) {
                        moveSign(out, whole, places);
                    }
                }
                default -> i = letters(i, negative, rounded, out);
            }
        }
        return signed ? out.toString() : withSign(out, Math.max(signAt, 0), negative);
    }

    // A leading S stands right before the first digit.
    private void moveSign(StringBuilder out, String whole, int places) {
        int blanks = zeros ? 0 : places - whole.length();
        if (blanks > 0) {
            char sign = out.charAt(0);
            out.setLength(0);
            out.append(sign);
        }
    }

    private static int keptDigits(String part) {
        int kept = part.length();
        while (kept > 0 && part.charAt(kept - 1) == '0') {
            kept--;
        }
        return kept;
    }

    private int letters(int at, boolean negative, BigDecimal rounded, StringBuilder out) {
        if (matches(at, "FM")) {
            return at + 1;
        }
        if (matches(at, "MI")) {
            out.append(negative ? "-" : fillMode ? "" : " ");
            return at + 1;
        }
        if (matches(at, "PL")) {
            out.append(negative ? "" : "+");
            return at + 1;
        }
        if (matches(at, "PR")) {
            String text = out.toString();
            int blanks = text.length() - text.stripLeading().length();
            if (negative) {
                out.insert(blanks, '<').append('>');
            } else if (!fillMode) {
                out.insert(0, ' ').append(' ');
            }
            return at + 1;
        }
        if (matches(at, "TH")) {
            if (!negative && rounded.scale() == 0) {
                String ending = MomentPicture.ordinal(rounded.toPlainString());
                out.append(format.charAt(at) == 'T' ? ending.toUpperCase(Locale.ROOT) : ending);
            }
            return at + 1;
        }
        if (matches(at, "EE")) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "\"EEEE\" is not supported in to_char");
        }
        out.append(format.charAt(at));
        return at;
    }

    private String withSign(StringBuilder out, int signAt, boolean negative) {
        if (fillMode) {
            return negative ? out.insert(signAt, '-').toString() : out.toString();
        }
        // The sign takes the place of the last blank before the digits.
        if (negative) {
            out.insert(signAt, '-');
        } else {
            out.insert(signAt, ' ');
        }
        return out.toString();
    }

    private String roman(BigDecimal value, boolean lower) {
        int number = value.setScale(0, RoundingMode.HALF_UP).intValue();
        StringBuilder out = new StringBuilder();
        if (number < 1 || number > 3999) {
            out.append("#".repeat(15));
        } else {
            for (int i = 0; i < ROMAN_VALUES.length; i++) {
                while (number >= ROMAN_VALUES[i]) {
                    out.append(ROMAN_SIGNS[i]);
                    number -= ROMAN_VALUES[i];
                }
            }
        }
        String text = lower ? out.toString().toLowerCase(Locale.ROOT) : out.toString();
        return fillMode ? text : " ".repeat(Math.max(0, 15 - text.length())) + text;
    }

    /** The number that a text holds; only its digits, point and sign count. */
    static String parse(String text, String format) {
        if (format.isEmpty()) {
            throw new SqlException(
                    SqlState.INVALID_TEXT_REPRESENTATION,
                    "invalid input syntax for type numeric: \" \"");
        }
        StringBuilder digits = new StringBuilder();
        boolean negative = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            negative |= c == '-' || c == '<';
            if ((c >= '0' && c <= '9') || (c == '.' && digits.indexOf(".") < 0)) {
                digits.append(c);
            }
        }
        if (digits.isEmpty()) {
            throw new SqlException(
                    SqlState.INVALID_TEXT_REPRESENTATION,
                    "invalid input syntax for type numeric: \" \"");
        }
        return (negative ? "-" : "") + digits;
    }
}
