package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values in the forms that the driver binds without loss.
 *
 * <p>Dates, times, UUIDs and lists go as the text that DuckDB casts exactly: the driver's own
 * classes for them depend on time zones and on an open connection.
 */
final class ParameterValues {
    /** Far years have no plus sign, which java.time's own form gives them; the year 0 is 1 BC. */
    private static final DateTimeFormatter DAY =
            new DateTimeFormatterBuilder()
                    .appendValue(ChronoField.YEAR, 4, 10, SignStyle.NORMAL)
                    .appendLiteral('-')
                    .appendValue(ChronoField.MONTH_OF_YEAR, 2)
                    .appendLiteral('-')
                    .appendValue(ChronoField.DAY_OF_MONTH, 2)
                    .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder()
                    .append(DAY)
                    .appendLiteral(' ')
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter OFFSET =
            new DateTimeFormatterBuilder()
                    .appendOffset("+HH:mm:ss", "+00")
                    .toFormatter(Locale.ROOT);

    private ParameterValues() {}

    /**
     * The value for a parameter of this type of the engine's.
     *
     * @throws SqlException 22003 for a number that has more digits than the type
     */
    static @Nullable Object driverValue(@Nullable Object value, String type) {
        if (value instanceof BigDecimal number && type.startsWith("DECIMAL(")) {
            EngineType decimal = TypeNames.parse(type);
            BigDecimal rounded = number.setScale(decimal.scale(), RoundingMode.HALF_UP);
            if (rounded.precision() > decimal.width()) {
                throw new SqlException(SqlState.NUMERIC_OUT_OF_RANGE, "numeric field overflow")
                        .detail(
                                "The engine's numbers have %d digits, here %d of them behind the point."
                                        .formatted(decimal.width(), decimal.scale()));
            }
        }
        return value instanceof List<?> list && ArrayTypes.isBoundAsJson(type)
                ? json(list).toString()
                : driverValue(value);
    }

    private static ArrayNode json(List<?> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Object value : values) {
            switch (value) {
                case null -> array.addNull();
                case List<?> inner -> array.add(json(inner));
                default -> array.add(value.toString());
            }
        }
        return array;
    }

    static @Nullable Object driverValue(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean _, Short _, Integer _, Long _, Float _, Double _, String _, byte[] _ ->
                    value;
            case BigDecimal decimal -> decimal.toPlainString();
            case List<?> list -> list(list);
            case OffsetDateTime time -> moment(time);
            case LocalTime time -> DateTimeFormatter.ISO_LOCAL_TIME.format(time);
            case OffsetTime time ->
                    DateTimeFormatter.ISO_LOCAL_TIME.format(time) + OFFSET.format(time);
            case LocalDateTime time -> moment(time);
            case LocalDate date -> day(date);
            case UUID uuid -> uuid.toString();
            default -> value.toString();
        };
    }

    // The shortest form of java.time leaves out seconds that are 0, which DuckDB does not read.
    private static String moment(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN)) {
            return time.equals(OffsetDateTime.MAX) ? "infinity" : "-infinity";
        }
        return TIMESTAMP.format(time) + OFFSET.format(time);
    }

    private static String moment(LocalDateTime time) {
        if (time.equals(LocalDateTime.MAX) || time.equals(LocalDateTime.MIN)) {
            return time.equals(LocalDateTime.MAX) ? "infinity" : "-infinity";
        }
        return TIMESTAMP.format(time);
    }

    private static String day(LocalDate date) {
        if (date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN)) {
            return date.equals(LocalDate.MAX) ? "infinity" : "-infinity";
        }
        return DAY.format(date);
    }

    private static String list(List<?> values) {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (Object value : values) {
            text.add(element(value));
        }
        return text.toString();
    }

    private static String element(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case List<?> list -> list(list);
            case Number number -> String.valueOf(driverValue(number));
            case Boolean bool -> bool.toString();
            case byte[] bytes -> quoted(blob(bytes));
            default -> quoted(String.valueOf(driverValue(value)));
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String blob(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 4);
        for (byte one : bytes) {
            text.append("\\x").append("%02X".formatted(one));
        }
        return text.toString();
    }
}
