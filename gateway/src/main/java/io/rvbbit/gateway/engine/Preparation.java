package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.RawDriver;

/**
 * What preparing found out, with the native statements it made.
 *
 * @param original the statement as written
 * @param readable the same with the columns cast that cannot be read as they lie; often the same
 *     handle
 * @param shape the result's columns; for a statement without rows, what DuckDB answers instead
 * @param numbers the {@code n} of each native parameter
 * @param countsRows whether the answer is the number of rows changed
 */
record Preparation(
        ByteBuffer original,
        ByteBuffer readable,
        RowShape shape,
        EnginePrepared.Kind kind,
        List<String> parameterTypes,
        List<Integer> numbers,
        boolean countsRows,
        String firstWord,
        Placeholders.Edited edited) {

    SqlException translate(SQLException fault) {
        return DuckDbErrors.translate(String.valueOf(fault.getMessage()), edited::position);
    }

    void release() {
        if (shape.anyCast()) {
            RawDriver.release(readable);
        }
        RawDriver.release(original);
    }
}
