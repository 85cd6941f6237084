package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;

/**
 * {@code _rvbbit_backfill(user, first day, last day)}, which rvbbit_backfill calls.
 *
 * <p>Threading: DuckDB's threads, several at once.
 */
public final class BackfillFunction implements DuckDBScalarFunction {
    /** Over the function; a client cannot say for itself who asks. */
    public static final String MACRO =
            "CREATE OR REPLACE MACRO rvbbit_backfill(first_day, last_day) AS"
                    + " _rvbbit_backfill(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''),"
                    + " first_day::DATE, last_day::DATE)";

    private final Backfill backfill;

    private BackfillFunction(Backfill backfill) {
        this.backfill = backfill;
    }

    /** Begins to put together the calls of some days. */
    @FunctionalInterface
    public interface Backfill {
        /**
         * How many days are to be done.
         *
         * @throws SqlException 42501 if the asker may not, 22023 for days that can't be
         */
        long begin(String asker, LocalDate first, LocalDate last);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Backfill backfill) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_backfill")
                    .withParameters(
                            DuckDBColumnType.VARCHAR, DuckDBColumnType.DATE, DuckDBColumnType.DATE)
                    .withReturnType(DuckDBColumnType.BIGINT)
                    .withVolatile()
                    .withVectorizedFunction(new BackfillFunction(backfill))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector first = chunk.vector(1);
        DuckDBReadableVector last = chunk.vector(2);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || first.isNull(row) || last.isNull(row)) {
                results.setNull(row);
                continue;
            }
            try {
                results.setLong(
                        row,
                        backfill.begin(
                                users.getString(row),
                                first.getLocalDate(row),
                                last.getLocalDate(row)));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
