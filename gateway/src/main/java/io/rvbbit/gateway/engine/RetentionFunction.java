package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;

/**
 * {@code _rvbbit_retention_run(user, table, days)}, behind {@code rvbbit_retention_run}.
 *
 * <p>An empty table means all of them; {@link #CONFIGURED} days those of the configuration.
 * Threading: DuckDB's threads, several at once.
 */
public final class RetentionFunction implements DuckDBScalarFunction {
    private static final String USER = "coalesce(getvariable('_rvbbit_user')::VARCHAR, '')";
    private static final int CONFIGURED = -1;

    /** What clients call. */
    public static final String MACRO =
            ("CREATE OR REPLACE MACRO rvbbit_retention_run()"
                            + " AS _rvbbit_retention_run(%1$s, '', %2$d),"
                            + " (_table) AS _rvbbit_retention_run(%1$s, _table::VARCHAR, %2$d),"
                            + " (_table, _days) AS _rvbbit_retention_run("
                            + "%1$s, _table::VARCHAR, greatest(_days::INTEGER, 0))")
                    .formatted(USER, CONFIGURED);

    private final Retention retention;

    private RetentionFunction(Retention retention) {
        this.retention = retention;
    }

    /** Removes old rows of the books. */
    @FunctionalInterface
    public interface Retention {
        /**
         * How many rows there were.
         *
         * @param table whose; empty: every table's
         * @param days empty: those of the configuration
         * @throws SqlException 42501 if the asker may not, 22023 for what can't be
         */
        long run(String asker, Optional<String> table, OptionalInt days);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Retention retention) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_retention_run")
                    .withParameters(
                            DuckDBColumnType.VARCHAR,
                            DuckDBColumnType.VARCHAR,
                            DuckDBColumnType.INTEGER)
                    .withReturnType(DuckDBColumnType.BIGINT)
                    .withVolatile()
                    .withVectorizedFunction(new RetentionFunction(retention))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector tables = chunk.vector(1);
        DuckDBReadableVector days = chunk.vector(2);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || tables.isNull(row) || days.isNull(row)) {
                results.setNull(row);
                continue;
            }
            String table = tables.getString(row);
            int limit = days.getInt(row);
            try {
                results.setLong(
                        row,
                        retention.run(
                                users.getString(row),
                                table.isEmpty() ? Optional.empty() : Optional.of(table),
                                limit == CONFIGURED ? OptionalInt.empty() : OptionalInt.of(limit)));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
