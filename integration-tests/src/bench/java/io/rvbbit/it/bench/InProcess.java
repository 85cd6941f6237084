package io.rvbbit.it.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.duckdb.RawDriver;

/** DuckDB in the bench's own process: what the engine gives where no wire is between. */
final class InProcess implements AutoCloseable {
    private final Connection connection;
    private long sum;

    InProcess() throws SQLException {
        connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
    }

    void execute(String sql) throws IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Makes DataRow messages of all rows and drops them. */
    void writeRows(String sql, VectorRows rows) throws IOException {
        try {
            ByteBuffer statement = RawDriver.prepare(connection, sql);
            ByteBuffer result = RawDriver.execute(statement, new Object[0]);
            for (ByteBuffer chunk = RawDriver.fetch(result);
                    chunk != null;
                    chunk = RawDriver.fetch(result)) {
                rows.write(chunk);
                RawDriver.destroyChunk(chunk);
            }
            RawDriver.destroyResult(result);
            RawDriver.release(statement);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** {@code SELECT 1}, prepared once, so many times. */
    void selectOne(int times) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
            for (int i = 0; i < times; i++) {
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    sum += rows.getInt(1);
                }
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** What was read, so that no compiler leaves the reading out. */
    long sum() {
        return sum;
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
