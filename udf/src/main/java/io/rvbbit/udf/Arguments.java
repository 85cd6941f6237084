package io.rvbbit.udf;

import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * A chunk's arguments, readable by the thread that DuckDB called and only until it returns.
 *
 * <p>Threading: that thread.
 */
final class Arguments {
    private final DuckDBReadableVector[] columns;
    private final int rows;

    Arguments(DuckDBDataChunkReader chunk) {
        rows = Math.toIntExact(chunk.rowCount());
        columns = new DuckDBReadableVector[Math.toIntExact(chunk.columnCount())];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = chunk.vector(column);
        }
    }

    int rows() {
        return rows;
    }

    @Nullable String text(int column, int row) {
        return columns[column].isNull(row) ? null : columns[column].getString(row);
    }

    /** NULL is false. */
    boolean flag(int column, int row) {
        return columns[column].getBoolean(row, false);
    }

    int integer(int column, int row) {
        return columns[column].getInt(row, -1);
    }

    /** NULL is -1, which is no row and no bound. */
    long number(int column, int row) {
        return columns[column].getLong(row, -1);
    }
}
