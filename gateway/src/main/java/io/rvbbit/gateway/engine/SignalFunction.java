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
 * {@code _rvbbit_signal(user, process id, terminate)}, which pg_cancel_backend and
 * pg_terminate_backend call.
 *
 * <p>Threading: DuckDB's threads, several at once.
 */
public final class SignalFunction implements DuckDBScalarFunction {
    private final Signal signal;

    private SignalFunction(Signal signal) {
        this.signal = signal;
    }

    /** Tells a session to stop. */
    @FunctionalInterface
    public interface Signal {
        /** False if there is no such session. */
        boolean send(String asker, int processId, boolean terminate);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Signal signal) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_signal")
                    .withParameters(
                            DuckDBColumnType.VARCHAR,
                            DuckDBColumnType.INTEGER,
                            DuckDBColumnType.BOOLEAN)
                    .withReturnType(DuckDBColumnType.BOOLEAN)
                    .withVolatile()
                    .withVectorizedFunction(new SignalFunction(signal))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector processes = chunk.vector(1);
        DuckDBReadableVector ends = chunk.vector(2);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || processes.isNull(row) || ends.isNull(row)) {
                results.setNull(row);
                continue;
            }
            try {
                results.setBoolean(
                        row,
                        signal.send(
                                users.getString(row), processes.getInt(row), ends.getBoolean(row)));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
