package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlText;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.RawDriver;

/**
 * Fills a temporary table with chunks of another connection, vector by vector.
 *
 * <p>The table lives as long as its connection; closing only ends the filling. Threading: one
 * thread at a time.
 */
final class TemporaryTable implements AutoCloseable {
    private final ByteBuffer appender;
    private boolean closed;

    private TemporaryTable(ByteBuffer appender) {
        this.appender = appender;
    }

    static TemporaryTable create(RawConnection connection, String name, List<Column> columns) {
        String definition =
                columns.stream()
                        .map(column ->
                                SqlText.identifier(column.name()) + " " + column.type().name())
                        .collect(Collectors.joining(", "));
        connection.run("CREATE TEMP TABLE " + SqlText.identifier(name) + " (" + definition + ")");
        return open(connection, name);
    }

    /** Goes on filling a table that {@link #create} made. */
    static TemporaryTable open(RawConnection connection, String name) {
        try {
            return new TemporaryTable(RawDriver.appender(connection.jdbc(), "temp", "main", name));
        } catch (SQLException fault) {
            throw DuckDbErrors.translate(fault);
        }
    }

    /** Copies the chunk's rows; the chunk stays the caller's. */
    void append(ByteBuffer chunk) {
        try {
            RawDriver.append(appender, chunk);
        } catch (SQLException fault) {
            throw DuckDbErrors.translate(fault);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                RawDriver.closeAppender(appender);
            } catch (SQLException fault) {
                throw DuckDbErrors.translate(fault);
            }
        }
    }
}
