package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a value is asked of DuckDB and what Java makes of it.
 *
 * <p>Times travel as microseconds, so that no time zone of the process has a part in it. Threading:
 * any thread.
 */
final class DuckDbValues {
    private DuckDbValues() {}

    /** What stands in SELECT for the column. */
    static String expression(BookColumn column) {
        String name = '"' + column.name() + '"';
        return switch (column.type()) {
            case TIMESTAMPTZ -> "epoch_us(" + name + ")";
            case UUID -> name + "::VARCHAR";
            case TEXT, BIGINT, INTEGER, BOOLEAN, MONEY -> name;
        };
    }

    /** As a reader of the books gets it: String, Long, Integer, Boolean, Instant, BigDecimal. */
    static @Nullable Object shown(ResultSet rows, int index, BookType type) throws SQLException {
        Object value = rows.getObject(index);
        return type == BookType.TIMESTAMPTZ && value instanceof Long micros
                ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS)
                : value;
    }

    /** As a {@link Row} has it. */
    static @Nullable Object kept(ResultSet rows, int index, BookType type) throws SQLException {
        Object value = shown(rows, index, type);
        return type == BookType.UUID && value instanceof String text
                ? UUID.fromString(text)
                : value;
    }
}
