package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.Interval;
import io.rvbbit.gateway.wire.ParameterDecoder;
import io.rvbbit.gateway.wire.PgType;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts of values in PostgreSQL's form for the engine, and the engine's for clients.
 *
 * <p>Threading: stateless.
 */
final class Values {
    private static final long MICROS_PER_HOUR = 3_600_000_000L;
    private static final long HOURS_PER_DAY = 24;
    private static final int DAYS_PER_MONTH = 30;

    private Values() {}

    /** A value as PostgreSQL reads its text; 22P02 and its like for what it would refuse. */
    static Object read(PgType type, String text) {
        return read(type, text, ZoneOffset.UTC, DateStyle.Order.MDY);
    }

    static Object read(PgType type, String text, ZoneId zone, DateStyle.Order order) {
        return ParameterDecoder.decode(
                type.oid(), Format.TEXT, text.getBytes(StandardCharsets.UTF_8), zone, order);
    }

    static String bool(String text) {
        return read(PgType.BOOL, text).toString();
    }

    static String engineInterval(String text) {
        Interval interval = (Interval) read(PgType.INTERVAL, text);
        return interval.toString();
    }

    /** DuckDB's {@code 1 year 2 months 3 days 04:05:06} as PostgreSQL writes it. */
    static String intervalText(String text) {
        return text.replace("months", "mons").replace("month", "mon");
    }

    static String justified(String text, String how) {
        Interval interval = (Interval) read(PgType.INTERVAL, text);
        long months = interval.months();
        long days = interval.days();
        long micros = interval.micros();
        long dayMicros = MICROS_PER_HOUR * HOURS_PER_DAY;
        if (!how.equals("days")) {
            days += micros / dayMicros;
            micros %= dayMicros;
        }
        if (!how.equals("hours")) {
            months += days / DAYS_PER_MONTH;
            days %= DAYS_PER_MONTH;
        }
        if (how.equals("interval")) {
            if (months > 0 && (days < 0 || (days == 0 && micros < 0))) {
                days += DAYS_PER_MONTH;
                months--;
            } else if (months < 0 && (days > 0 || (days == 0 && micros > 0))) {
                days -= DAYS_PER_MONTH;
                months++;
            }
        }
        if (!how.equals("days")) {
            if (days > 0 && micros < 0) {
                micros += dayMicros;
                days--;
            } else if (days < 0 && micros > 0) {
                micros -= dayMicros;
                days++;
            }
        }
        return "%d months %d days %d microseconds".formatted(months, days, micros);
    }

    /** The shortest text that reads back, without the fraction DuckDB gives whole numbers. */
    static String floatText(String text) {
        String plain = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
        return switch (plain) {
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            case "nan" -> "NaN";
            default -> plain;
        };
    }

    /** {@code \xDEAD} or the escape format as DuckDB's {@code \xDE\xAD}. */
    static String engineBlob(String text) {
        return engineBlob((byte[]) read(PgType.BYTEA, text));
    }

    static String engineBlob(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 4);
        for (byte one : bytes) {
            out.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits(one));
        }
        return out.toString();
    }

    /** DuckDB's text of a BLOB as PostgreSQL's hex format. */
    static String blobText(String text) {
        StringBuilder out = new StringBuilder("\\x");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append(text.substring(i + 2, i + 4).toLowerCase(java.util.Locale.ROOT));
                i += 3;
            } else {
                out.append(HexFormat.of().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }

    /** Hex digits in PostgreSQL's escape format. */
    static String escaped(String hex) {
        StringBuilder out = new StringBuilder();
        for (byte one : HexFormat.of().parseHex(hex)) {
            if (one == '\\') {
                out.append("\\\\");
            } else if (one == 0 || one < 0) {
                out.append("\\%03o".formatted(one & 0xFF));
            } else {
                out.append((char) one);
            }
        }
        return out.toString();
    }

    /** Whether a text is a list as DuckDB or JSON writes it, which PostgreSQL would refuse. */
    static boolean isEngineList(String text) {
        String stripped = text.strip();
        return stripped.startsWith("[") && !stripped.contains("]={");
    }

    /** {@code {1,NULL}} as the list that DuckDB reads. */
    static String engineArray(String text) {
        if (isEngineList(text)) {
            return text;
        }
        return engineList((List<?>) read(PgType.TEXT.array().orElseThrow(), text));
    }

    private static String engineList(List<?> values) {
        StringBuilder out = new StringBuilder("[");
        String comma = "";
        for (Object value : values) {
            out.append(comma);
            comma = ", ";
            if (value instanceof List<?> list) {
                out.append(engineList(list));
            } else if (value == null) {
                out.append("NULL");
            } else {
                String quoted = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
                out.append('"').append(quoted).append('"');
            }
        }
        return out.append(']').toString();
    }

    /** {@code {a,NULL}} as a JSON array of texts. */
    static String arrayJson(String text) {
        return json((List<?>) read(PgType.TEXT.array().orElseThrow(), text)).toString();
    }

    private static ArrayNode json(List<?> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Object value : values) {
            if (value instanceof List<?> list) {
                array.add(json(list));
            } else {
                array.add(value == null ? null : value.toString());
            }
        }
        return array;
    }

    /** A JSON array as PostgreSQL's text of an array. */
    static String arrayText(String json) {
        StringBuilder out = new StringBuilder();
        arrayText(JsonbText.parse(json), out);
        return out.toString();
    }

    private static void arrayText(@Nullable JsonNode node, StringBuilder out) {
        if (node == null || node.isNull()) {
            out.append("NULL");
        } else if (node.isArray()) {
            String comma = "";
            out.append('{');
            for (JsonNode element : node) {
                out.append(comma);
                arrayText(element, out);
                comma = ",";
            }
            out.append('}');
        } else if (node.isBoolean()) {
            out.append(node.booleanValue() ? 't' : 'f');
        } else {
            String text = node.isObject() ? node.toString() : node.asText();
            out.append(needsQuotes(text) ? quoted(text) : text);
        }
    }

    private static boolean needsQuotes(String text) {
        return text.isEmpty()
                || text.equalsIgnoreCase("null")
                || text.chars().anyMatch(c -> "{},\"\\".indexOf(c) >= 0 || c <= ' ');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
