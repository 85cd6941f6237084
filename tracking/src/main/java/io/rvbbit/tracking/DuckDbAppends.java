package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookType;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Rows into one DuckDB table, in bulk.
 *
 * <p>Threading: one thread at a time.
 *
 * @param columns of the table, in its order
 */
record DuckDbAppends<C extends Enum<C> & Column>(String table, List<C> columns) {
    DuckDbAppends {
        columns = List.copyOf(columns);
    }

    void append(DuckDBConnection connection, List<Row<C>> rows) throws SQLException {
        append(connection, rows, UnaryOperator.identity());
    }

    /** {@code stored} gives the row as this table has it. */
    void append(DuckDBConnection connection, List<Row<C>> rows, UnaryOperator<Row<C>> stored)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (DuckDBAppender appender = connection.createAppender(table)) {
            for (Row<C> row : rows) {
                Row<C> values = stored.apply(row);
                appender.beginRow();
                for (C column : columns) {
                    append(appender, column.type(), values.get(column));
                }
                appender.endRow();
            }
            appender.flush();
        }
    }

    private static void append(DuckDBAppender appender, BookType type, @Nullable Object value)
            throws SQLException {
        if (value == null) {
            appender.appendNull();
            return;
        }
        switch (type) {
            case TEXT -> appender.append((String) value);
            case UUID -> appender.append((UUID) value);
            case BIGINT -> appender.append((Long) value);
            case INTEGER -> appender.append((Integer) value);
            case BOOLEAN -> appender.append((Boolean) value);
            case TIMESTAMPTZ -> appender.appendEpochMicros(micros((Instant) value));
            case MONEY -> appender.append((BigDecimal) value);
        }
    }

    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
                + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
