package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Scan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A streamed read that cannot end early without an error.
 *
 * <p>ClickHouse sends rows as it finds them, and an error halfway comes after a good beginning. So
 * the rows are counted first: later ones may join them, but a stream that gives fewer is an error.
 * Threading: one thread at a time.
 */
final class ClickHouseScan implements Scan {
    private final ConnectionImpl connection;
    private final ResultSet rows;
    private final List<BookType> types;
    private long due;
    private boolean closed;

    private ClickHouseScan(
            ConnectionImpl connection, ResultSet rows, List<BookType> types, long due) {
        this.connection = connection;
        this.rows = rows;
        this.types = types;
        this.due = due;
    }

    /**
     * Takes over {@code connection} and closes it at the end.
     *
     * @param parameter bound to the one {@code ?} of both queries; null where they have none
     * @param types of the values of {@code select}; if empty, rows have no values
     */
    static ClickHouseScan open(
            ConnectionImpl connection,
            String count,
            String select,
            @Nullable String parameter,
            List<BookType> types) {
        try {
            long number;
            try (ResultSet rows = prepare(connection, count, parameter).executeQuery()) {
                rows.next();
                number = rows.getLong(1);
            }
            ResultSet rows = prepare(connection, select, parameter).executeQuery();
            return new ClickHouseScan(connection, rows, types, number);
        } catch (SQLException | RuntimeException e) {
            ClickHouse.close(connection);
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
                if (due > 0) {
                    throw new BooksUnavailable(
                            "reading the books ended " + due + " rows too early");
                }
                return null;
            }
            due--;
            @Nullable Object[] values = new @Nullable Object[types.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = ClickHouseValues.shown(rows, i + 1, types.get(i));
            }
            return values;
        } catch (BooksUnavailable e) {
            throw e;
        } catch (SQLException | RuntimeException e) {
            throw failed(e);
        }
    }

    /** Also in the midst of the rows: the connection goes, and with it the query. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ClickHouse.close(connection);
    }

    /** Closed with its connection. */
    private static PreparedStatement prepare(
            ConnectionImpl connection, String sql, @Nullable String parameter) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        if (parameter != null) {
            statement.setString(1, parameter);
        }
        return statement;
    }

    private static BooksUnavailable failed(Exception e) {
        return new BooksUnavailable("cannot read the books: " + ClickHouse.reason(e), e);
    }
}
