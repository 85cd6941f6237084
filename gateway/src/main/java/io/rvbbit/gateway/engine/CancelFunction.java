package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;

/**
 * {@code _rvbbit_cancel(user, caller id)}, which rvbbit_cancel calls.
 *
 * <p>Threading: DuckDB's threads, several at once.
 */
public final class CancelFunction implements DuckDBScalarFunction {
    /** Over the function; a client cannot say for itself who asks. */
    public static final String MACRO =
            "CREATE OR REPLACE MACRO rvbbit_cancel(caller_id) AS"
                    + " _rvbbit_cancel(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''),"
                    + " caller_id::VARCHAR)";

    private final Cancel cancel;

    private CancelFunction(Cancel cancel) {
        this.cancel = cancel;
    }

    /** Tells a statement to stop. */
    @FunctionalInterface
    public interface Cancel {
        /** False if no statement of that caller runs. */
        boolean send(String asker, String callerId);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Cancel cancel) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_cancel")
                    .withParameters(DuckDBColumnType.VARCHAR, DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.BOOLEAN)
                    .withVolatile()
                    .withVectorizedFunction(new CancelFunction(cancel))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector callers = chunk.vector(1);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || callers.isNull(row)) {
                results.setNull(row);
                continue;
            }
            try {
                results.setBoolean(row, cancel.send(users.getString(row), callers.getString(row)));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
