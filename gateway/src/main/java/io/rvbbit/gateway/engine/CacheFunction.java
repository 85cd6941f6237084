package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;

/**
 * {@code _rvbbit_cache_clear(user, cascade)}, behind {@code rvbbit_cache_clear}.
 *
 * <p>An empty cascade means all of them. Threading: DuckDB's threads, several at once.
 */
public final class CacheFunction implements DuckDBScalarFunction {
    private static final String USER = "coalesce(getvariable('_rvbbit_user')::VARCHAR, '')";

    /** What clients call. */
    public static final List<String> MACROS =
            List.of(
                    "CREATE OR REPLACE MACRO rvbbit_cache_clear() AS _rvbbit_cache_clear("
                            + USER
                            + ", ''), (_cascade) AS _rvbbit_cache_clear("
                            + USER
                            + ", _cascade::VARCHAR)");

    private final Clearing clearing;

    private CacheFunction(Clearing clearing) {
        this.clearing = clearing;
    }

    /** Removes stored answers. */
    @FunctionalInterface
    public interface Clearing {
        /**
         * How many answers there were.
         *
         * @param cascade whose; empty: everybody's
         * @throws SqlException 42501 if the asker may not
         */
        long clear(String asker, Optional<String> cascade);
    }

    /** Registers the function on the connection's database instance. */
    public static void register(Connection connection, Clearing clearing) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("_rvbbit_cache_clear")
                    .withParameters(DuckDBColumnType.VARCHAR, DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.BIGINT)
                    .withVolatile()
                    .withVectorizedFunction(new CacheFunction(clearing))
                    .register(connection);
        }
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        DuckDBReadableVector users = chunk.vector(0);
        DuckDBReadableVector cascades = chunk.vector(1);
        for (int row = 0; row < chunk.rowCount(); row++) {
            if (users.isNull(row) || cascades.isNull(row)) {
                results.setNull(row);
                continue;
            }
            String cascade = cascades.getString(row);
            try {
                results.setLong(
                        row,
                        clearing.clear(
                                users.getString(row),
                                cascade.isEmpty() ? Optional.empty() : Optional.of(cascade)));
            } catch (SqlException refused) {
                throw new CodedFault(refused);
            }
        }
    }
}
