package io.rvbbit.gateway.engine;

import java.math.BigDecimal;
import java.time.temporal.Temporal;
import java.util.List;
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
    private ParameterValues() {}

    static @Nullable Object driverValue(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean _, Short _, Integer _, Long _, Float _, Double _, String _, byte[] _ ->
                    value;
            case BigDecimal decimal -> decimal.toPlainString();
            case List<?> list -> list(list);
            case Temporal time -> time.toString();
            case UUID uuid -> uuid.toString();
            default -> value.toString();
        };
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
