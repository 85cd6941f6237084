package io.rvbbit.udf;

import io.rvbbit.udf.cascade.SqlSource;

/**
 * Makes tables of rows that only one cascade session sees.
 *
 * <p>Threading: DuckDB's threads and the session's own, never a virtual one; staging runs SQL.
 */
public interface BatchTables {
    /**
     * Makes table {@code table} of the rows, types inferred.
     *
     * @param rowsJson an array of objects, as has been checked
     * @throws io.rvbbit.rewriter.SqlException if the engine refuses name or rows
     */
    Staged stage(String table, String rowsJson);

    /** Staged rows; closing drops the table. Closing twice is allowed. */
    interface Staged extends AutoCloseable {
        /** The name under which {@link #sql} sees the rows. */
        String table();

        SqlSource sql();

        long rowCount();

        /** Hash of columns and rows, hex. */
        String rowsHash();

        @Override
        void close();
    }
}
