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
    private static final int INLINE = 12;
    private static final int STRING_BYTES = 16;
    private static final int FIXED_BYTES = 8;

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

    /**
     * Reads every value of a result once, as vectors.
     *
     * @param text which columns are strings; all others are 8 bytes wide
     */
    void readVectors(String sql, boolean... text) throws IOException {
        try {
            ByteBuffer statement = RawDriver.prepare(connection, sql);
            ByteBuffer result = RawDriver.execute(statement, new Object[0]);
            for (ByteBuffer chunk = RawDriver.fetch(result);
                    chunk != null;
                    chunk = RawDriver.fetch(result)) {
                int rows = RawDriver.rows(chunk);
                for (int column = 0; column < text.length; column++) {
                    sum += read(RawDriver.vector(chunk, column), rows, text[column]);
                }
                RawDriver.destroyChunk(chunk);
            }
            RawDriver.destroyResult(result);
            RawDriver.release(statement);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static long read(ByteBuffer vector, int rows, boolean text) {
        int width = text ? STRING_BYTES : FIXED_BYTES;
        ByteBuffer data = RawDriver.data(vector, (long) rows * width);
        long sum = 0;
        for (int row = 0; row < rows; row++) {
            if (text) {
                int length = data.getInt(row * width);
                sum += length;
                if (length <= INLINE) {
                    sum += data.getLong(row * width + 4);
                }
            } else {
                sum += data.getLong(row * width);
            }
        }
        return sum;
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
