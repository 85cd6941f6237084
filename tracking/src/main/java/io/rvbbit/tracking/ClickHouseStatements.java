package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs SQL that is made of our own text and numbers only, on a connection that is kept until a
 * statement fails. Threading: one thread at a time.
 */
final class ClickHouseStatements implements AutoCloseable {
    private final ClickHouse server;
    private @Nullable ConnectionImpl connection;

    ClickHouseStatements(ClickHouse server) {
        this.server = server;
    }

    /** What is made of the one result of a query. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(ResultSet rows) throws SQLException;
    }

    void execute(String sql) throws SQLException {
        try {
            ClickHouse.execute(connected(), sql);
        } catch (SQLException | RuntimeException e) {
            throw failed(e);
        }
    }

    /** The numbers of the first row; NULL is 0. Zeros where there is no row. */
    long[] numbers(String sql) throws SQLException {
        return read(
                sql,
                rows -> {
                    long[] numbers = new long[rows.getMetaData().getColumnCount()];
                    if (rows.next()) {
                        for (int i = 0; i < numbers.length; i++) {
                            numbers[i] = rows.getLong(i + 1);
                        }
                    }
                    return numbers;
                });
    }

    /** The text of the first column of the first row; empty where there is none. */
    String text(String sql) throws SQLException {
        return read(sql, rows -> rows.next() ? String.valueOf(rows.getString(1)) : "");
    }

    /** The texts of the first column. */
    List<String> texts(String sql) throws SQLException {
        return read(
                sql,
                rows -> {
                    List<String> texts = new ArrayList<>();
                    while (rows.next()) {
                        texts.add(String.valueOf(rows.getString(1)));
                    }
                    return texts;
                });
    }

    private <T> T read(String sql, Reading<T> reading) throws SQLException {
        try (Statement statement = connected().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return reading.of(rows);
        } catch (SQLException | RuntimeException e) {
            throw failed(e);
        }
    }

    private SQLException failed(Exception e) {
        close();
        return ClickHouse.failure(e);
    }

    private ConnectionImpl connected() throws SQLException {
        if (connection == null) {
            connection = server.connect();
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            ClickHouse.close(connection);
            connection = null;
        }
    }

    /** A moment in SQL. */
    static String moment(Instant at) {
        return moment(RowBinary.micros(at));
    }

    /** {@code micros} since 1970 in SQL. */
    static String moment(long micros) {
        return "fromUnixTimestamp64Micro(" + micros + ", 'UTC')";
    }
}
