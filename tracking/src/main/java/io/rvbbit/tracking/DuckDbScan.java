package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.Scan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A streamed read that cannot end early without an error.
 *
 * <p>DuckDB's streaming results may end silently when the engine fails halfway. So the rows are
 * counted first, in the same snapshot, and a stream that gives fewer is an error. Threading: one
 * thread at a time.
 */
final class DuckDbScan implements Scan {
    private final DuckDbFile file;
    private final DuckDBConnection connection;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final DuckDbColumns columns;
    private long left;
    private boolean closed;

    private DuckDbScan(
            DuckDbFile file,
            DuckDBConnection connection,
            PreparedStatement statement,
            ResultSet rows,
            DuckDbColumns columns,
            long count) {
        this.file = file;
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        this.columns = columns;
        this.left = count;
    }

    /**
     * Takes over {@code connection} and gives it back to {@code file} at the end.
     *
     * @param parameter bound to the one {@code ?} of both queries; null where they have none
     * @param columns that {@code select} asks for; if empty, rows have no values
     */
    static DuckDbScan open(
            DuckDbFile file,
            DuckDBConnection connection,
            String count,
            String select,
            @Nullable String parameter,
            DuckDbColumns columns) {
        PreparedStatement statement = null;
        try {
            connection.setAutoCommit(false);
            long number = count(connection, count, parameter);
            statement = prepare(connection, select, parameter);
            ResultSet rows = statement.executeQuery();
            return new DuckDbScan(file, connection, statement, rows, columns, number);
        } catch (SQLException e) {
            closeAfter(e, statement);
            file.release(connection);
            throw failed(e);
        }
    }

    @Override
    public @Nullable Object @Nullable [] next() {
        if (closed) {
            throw new IllegalStateException("the scan is closed");
        }
        try {
            if (!rows.next()) {
                if (left > 0) {
                    throw new BooksUnavailable(
                            "reading the books ended " + left + " rows too early");
                }
                return null;
            }
            left--;
            return columns.values(rows);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (statement;
                rows) {
            left = 0;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            file.release(connection);
        }
    }

    private static long count(DuckDBConnection connection, String sql, @Nullable String parameter)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameter);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static PreparedStatement prepare(
            DuckDBConnection connection, String sql, @Nullable String parameter)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            if (parameter != null) {
                statement.setString(1, parameter);
            }
            return statement;
        } catch (SQLException e) {
            closeAfter(e, statement);
            throw e;
        }
    }

    private static void closeAfter(SQLException cause, @Nullable PreparedStatement statement) {
        try {
            if (statement != null) {
                statement.close();
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static BooksUnavailable failed(SQLException e) {
        return new BooksUnavailable("cannot read the books: " + DuckDbFile.firstLine(e), e);
    }
}
