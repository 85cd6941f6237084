package io.rvbbit.tracking;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Work on the books beside their writer, on a connection of its own, wholly or not at all.
 *
 * <p>After a failure the connection is given up, and with it the transaction. Threading: one thread
 * at a time.
 */
final class DuckDbTransactions implements AutoCloseable {
    private final DuckDbFile file;
    private @Nullable DuckDBConnection connection;

    DuckDbTransactions(DuckDbFile file) {
        this.file = file;
    }

    /** What is done within one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Statements statements) throws SQLException;
    }

    <T> T transact(Work<T> work) throws SQLException {
        try {
            DuckDBConnection connected = connected();
            connected.setAutoCommit(false);
            T result = work.in(new Statements(connected));
            connected.commit();
            connected.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private DuckDBConnection connected() throws SQLException {
        if (connection == null) {
            connection = file.connect();
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            file.release(connection);
            connection = null;
        }
    }

    /** Runs SQL that is made of our own text and numbers only. */
    record Statements(DuckDBConnection connection) {
        /** How many rows it concerned. */
        long execute(String sql) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return statement.execute() ? 0 : statement.getUpdateCount();
            }
        }

        /** The numbers of the one row; NULL is 0. */
        long[] numbers(String sql) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet rows = statement.executeQuery()) {
                long[] numbers = new long[rows.getMetaData().getColumnCount()];
                if (rows.next()) {
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = rows.getLong(i + 1);
                    }
                }
                return numbers;
            }
        }

        /** The text of the first column of the first row; null where there is none. */
        @Nullable String text(String sql) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /** A moment in SQL. */
    static String moment(Instant at) {
        return moment(DuckDbAppends.micros(at));
    }

    /** {@code micros} since 1970 in SQL. */
    static String moment(long micros) {
        return "make_timestamptz(" + micros + ")";
    }
}
