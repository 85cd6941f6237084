package io.rvbbit.tracking;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on the books beside their writer, on a connection of its own, wholly or not at all.
 *
 * <p>After a failure the connection is given up, and with it the transaction. Threading: one thread
 * at a time, but for {@link #cancel}.
 */
final class DuckDbTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbTransactions.class);

    private final DuckDbFile file;
    private final AtomicReference<@Nullable PreparedStatement> running = new AtomicReference<>();
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
            T result = work.in(new Statements(connected, running));
            connected.commit();
            connected.setAutoCommit(true);
            return result;
        } catch (SQLException e) {
            close();
            // The writer may have nothing to write for long, and readers would get nothing.
            file.repair(e);
            throw e;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Ends what is being done with a failure, if something is; on any thread. */
    void cancel() {
        PreparedStatement working = running.get();
        if (working != null) {
            try {
                working.cancel();
            } catch (SQLException e) {
                LOG.debug("nothing was left to cancel", e);
            }
        }
    }

    private DuckDBConnection connected() throws SQLException {
        DuckDBConnection there = connection;
        if (there == null) {
            there = file.connect();
            connection = there;
        }
        return there;
    }

    @Override
    public void close() {
        DuckDBConnection there = connection;
        if (there != null) {
            connection = null;
            file.release(there);
        }
    }

    /**
     * Runs SQL that is made of our own text and numbers only.
     *
     * @param running where the statement stands while it may take long
     */
    record Statements(
            DuckDBConnection connection, AtomicReference<@Nullable PreparedStatement> running) {
        /** For what takes no time. */
        Statements(DuckDBConnection connection) {
            this(connection, new AtomicReference<>());
        }

        /** How many rows it concerned. */
        long execute(String sql) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                running.set(statement);
                return statement.execute() ? 0 : statement.getUpdateCount();
            } finally {
                running.set(null);
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
