package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/** Values as PostgreSQL reads them from text; the reverse of {@link TextFormat}. */
final class TextInput {
    private static final int UUID_DIGITS = 32;

    private TextInput() {}

    static Object parse(PgType type, String text, ZoneId zone, DateStyle.Order order) {
        if (type.isArray()) {
            PgType element = type.element().orElseThrow();
            return new ArrayLiteral(text, item -> parse(element, item, zone, order)).parse();
        }
        return switch (type) {
            case BOOL -> bool(text);
            case INT2 -> (short) NumberInput.integer(type, text, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 ->
                    (int) NumberInput.integer(type, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> NumberInput.integer(type, text, Long.MIN_VALUE, Long.MAX_VALUE);
            case OID, XID, CID -> NumberInput.unsigned(type, text);
            case FLOAT4 -> NumberInput.float4(text);
            case FLOAT8 -> NumberInput.float8(text);
            case NUMERIC -> NumberInput.numeric(text);
            case BYTEA -> bytea(text);
            case DATE -> DateTimeInput.date(text, order);
            case TIME -> DateTimeInput.time(text, order);
            case TIMETZ -> DateTimeInput.timetz(text, zone, order);
            case TIMESTAMP -> DateTimeInput.timestamp(text, order);
            case TIMESTAMPTZ -> DateTimeInput.timestamptz(text, zone, order);
            case INTERVAL -> IntervalInput.parse(text);
            case UUID -> uuid(text);
            case BIT, VARBIT -> bits(text);
            default -> text;
        };
    }

    static SqlException invalid(PgType type, String text) {
        return new SqlException(
                SqlState.INVALID_TEXT_REPRESENTATION,
                "invalid input syntax for type %s: \"%s\"".formatted(type.sqlName(), text));
    }

    /** Any unambiguous beginning of true, false, yes, no, on, off; or 1, 0. */
    private static boolean bool(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            if ("true".startsWith(word) || "yes".startsWith(word)) {
                return true;
            }
            if ("false".startsWith(word) || "no".startsWith(word)) {
                return false;
            }
            if (word.equals("on") || word.equals("1")) {
                return true;
            }
            if (word.equals("off") || word.equals("of") || word.equals("0")) {
                return false;
            }
        }
        throw invalid(PgType.BOOL, text);
    }

    /** 32 digits, in braces or not, with a hyphen or none after each four. */
    private static UUID uuid(String text) {
        boolean braces = text.startsWith("{") && text.endsWith("}") && text.length() > 2;
        String inner = braces ? text.substring(1, text.length() - 1) : text;
        StringBuilder digits = new StringBuilder(UUID_DIGITS);
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            boolean hyphen =
                    c == '-'
                            && digits.length() % 4 == 0
                            && !digits.isEmpty()
                            && digits.length() < UUID_DIGITS
                            && inner.charAt(i - 1) != '-';
            if (hyphen) {
                continue;
            }
            if (!HexFormat.isHexDigit(c) || digits.length() == UUID_DIGITS) {
                throw invalid(PgType.UUID, text);
            }
            digits.append(c);
        }
        if (digits.length() != UUID_DIGITS) {
            throw invalid(PgType.UUID, text);
        }
        return new UUID(
                Long.parseUnsignedLong(digits, 0, 16, 16),
                Long.parseUnsignedLong(digits, 16, UUID_DIGITS, 16));
    }

    /** Zeros and ones, or with x in front hexadecimal digits of four bits each. */
    private static String bits(String text) {
        if (text.startsWith("x") || text.startsWith("X")) {
            StringBuilder bits = new StringBuilder(text.length() * 4);
            for (int i = 1; i < text.length(); i++) {
                if (!HexFormat.isHexDigit(text.charAt(i))) {
                    throw badDigit(text.codePointAt(i), "hexadecimal");
                }
                int digit = HexFormat.fromHexDigit(text.charAt(i));
                for (int bit = 3; bit >= 0; bit--) {
                    bits.append((digit >> bit & 1) == 0 ? '0' : '1');
                }
            }
            return bits.toString();
        }
        String bits = text.startsWith("b") || text.startsWith("B") ? text.substring(1) : text;
        for (int i = 0; i < bits.length(); i++) {
            if (bits.charAt(i) != '0' && bits.charAt(i) != '1') {
                throw badDigit(bits.codePointAt(i), "binary");
            }
        }
        return bits;
    }

    private static SqlException badDigit(int digit, String kind) {
        return new SqlException(
                SqlState.INVALID_TEXT_REPRESENTATION,
                "\"%s\" is not a valid %s digit".formatted(Character.toString(digit), kind));
    }

    /** {@code \x} and hexadecimal digits, or the older form with octal escapes. */
    private static byte[] bytea(String text) {
        return text.startsWith("\\x") ? hex(text) : escaped(text);
    }

    private static byte[] hex(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 2);
        int i = 2;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                i++; // space is allowed between pairs
                continue;
            }
            if (!HexFormat.isHexDigit(c)) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid hexadecimal digit: \"%s\""
                                .formatted(Character.toString(text.codePointAt(i))));
            }
            if (i + 1 == text.length()) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid hexadecimal data: odd number of digits");
            }
            if (!HexFormat.isHexDigit(text.charAt(i + 1))) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid hexadecimal digit: \"%s\""
                                .formatted(Character.toString(text.codePointAt(i + 1))));
            }
            bytes.write(HexFormat.fromHexDigits(text, i, i + 2));
            i += 2;
        }
        return bytes.toByteArray();
    }

    private static byte[] escaped(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '\\') {
                bytes.write(in[i]);
            } else if (i + 1 < in.length && in[i + 1] == '\\') {
                bytes.write('\\');
                i++;
            } else if (i + 3 < in.length
                    && in[i + 1] >= '0'
                    && in[i + 1] <= '3'
                    && isOctal(in[i + 2])
                    && isOctal(in[i + 3])) {
                bytes.write((in[i + 1] - '0') << 6 | (in[i + 2] - '0') << 3 | (in[i + 3] - '0'));
                i += 3;
            } else {
                throw new SqlException(
                        SqlState.INVALID_TEXT_REPRESENTATION,
                        "invalid input syntax for type bytea");
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isOctal(byte b) {
        return b >= '0' && b <= '7';
    }
}
