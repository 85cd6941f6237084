package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a cascade's SQL cells read: the caller's database with the caller's rights, read-only.
 *
 * <p>Threading: any thread; blocks, and an interrupt ends the query.
 */
public interface SqlSource {
    /**
     * Runs one read-only statement.
     *
     * @param parameters values for {@code $1 …}, never spliced into the text: String, Long,
     *     BigInteger, BigDecimal, Double, Boolean or null
     * @param maxRows more rows than this fail with 54000
     * @return one JSON object per row
     * @throws io.rvbbit.rewriter.SqlException as the engine says; 25006 for anything that writes
     */
    ArrayNode query(String sql, List<@Nullable Object> parameters, Duration timeout, int maxRows)
            throws InterruptedException;

    /**
     * Reads a statement as {@link #query} would, and does not run it.
     *
     * @throws io.rvbbit.rewriter.SqlException what {@code query} finds before it needs a value
     */
    void check(String sql, Duration timeout) throws InterruptedException;

    /**
     * The first table or function, in words, that a query uses beside these tables, CTEs of its own
     * and functions that read nothing; empty if there is none.
     *
     * @param tables such as {@code products} or {@code sales.orders}
     * @return something also where that is not known
     * @throws io.rvbbit.rewriter.SqlException if it cannot be read as one query
     */
    default Optional<String> readsBeside(String sql, List<String> tables)
            throws InterruptedException {
        return Optional.of("tables here");
    }

    /**
     * Whether a query reads nothing but this table, whatever is in it, and gives the same for the
     * same rows.
     *
     * @param sql one query, with NULL for each value that may stand in it
     * @param table one that does not have to be there
     * @return false also where that is not known
     */
    default boolean readsOnly(String sql, String table) throws InterruptedException {
        return false;
    }
}
