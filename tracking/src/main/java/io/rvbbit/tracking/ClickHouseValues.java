package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a value is asked of ClickHouse and what Java makes of it.
 *
 * <p>Times travel as microseconds, so that no time zone of a process has a part in it. Threading:
 * any thread.
 */
final class ClickHouseValues {
    private ClickHouseValues() {}

    /** What stands in SELECT for the column. */
    static String expression(BookColumn column) {
        String name = '`' + column.name() + '`';
        return switch (column.type()) {
            case TIMESTAMPTZ -> "toUnixTimestamp64Micro(" + name + ")";
            case UUID -> "toString(" + name + ")";
            case TEXT, BIGINT, INTEGER, BOOLEAN, MONEY -> name;
        };
    }

    /** As a reader of the books gets it: String, Long, Integer, Boolean, Instant, BigDecimal. */
    static @Nullable Object shown(ResultSet rows, int index, BookType type) throws SQLException {
        Object value =
                switch (type) {
                    case TEXT, UUID -> rows.getString(index);
                    case BIGINT -> rows.getLong(index);
                    case INTEGER -> rows.getInt(index);
                    case BOOLEAN -> rows.getBoolean(index);
                    case TIMESTAMPTZ -> instant(rows.getLong(index));
                    case MONEY -> rows.getBigDecimal(index);
                };
        return rows.wasNull() ? null : value;
    }

    /** As a {@link Row} has it. */
    static @Nullable Object kept(ResultSet rows, int index, BookType type) throws SQLException {
        Object value = shown(rows, index, type);
        return type == BookType.UUID && value instanceof String text
                ? UUID.fromString(text)
                : value;
    }

    /** Tokens in, tokens out and money, from {@code first} on; NULL is nothing. */
    static Usage usage(ResultSet rows, int first) throws SQLException {
        BigDecimal cost = rows.getBigDecimal(first + 2);
        return new Usage(
                rows.getLong(first),
                rows.getLong(first + 1),
                cost == null ? BigDecimal.ZERO : cost);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
