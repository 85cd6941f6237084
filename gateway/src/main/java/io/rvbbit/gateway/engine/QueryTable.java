package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A temporary table on a client's own connection, of the types that a query has there; closing
 * drops it.
 *
 * <p>What the client's transaction has written and made is there, and DuckDB's memory limit holds;
 * beyond that it goes to the temporary directory. A transaction that fails takes the table along.
 * Threading: the session's thread only.
 */
public final class QueryTable implements AutoCloseable {
    private static final AtomicLong LAST = new AtomicLong();

    private final RawConnection connection;
    private final String name;
    private boolean made;

    private QueryTable(RawConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /** One that has a name, which no client can give, and is not there yet. */
    public static QueryTable on(EngineConnection client) {
        if (!(client instanceof RawConnection connection)) {
            throw new IllegalArgumentException("a connection of another engine: " + client);
        }
        return new QueryTable(connection, "_rvbbit_rows_" + LAST.incrementAndGet());
    }

    /** The table's name, fit to be put into SQL. */
    public String name() {
        return "temp.main." + SqlText.identifier(name);
    }

    /** Makes the table, with all rows of the query, in their order. */
    public void fill(String query, List<String> parameterTypes, List<@Nullable Object> parameters) {
        try (RawPrepared create =
                connection.prepareOurs(
                        "CREATE TEMP TABLE " + SqlText.identifier(name) + " AS " + query,
                        parameterTypes)) {
            made = true;
            create.execute(parameters).close();
        }
    }

    /** A statement that adds the rows of the query; it stays the caller's to close. */
    public EnginePrepared insert(String query, List<String> parameterTypes) {
        return connection.prepareOurs("INSERT INTO " + name() + " " + query, parameterTypes);
    }

    @Override
    public void close() {
        if (!made) {
            return;
        }
        made = false;
        try {
            connection.run("DROP TABLE IF EXISTS " + name());
        } catch (SqlException fault) {
            // The end of that transaction is the end of the table.
            if (fault.state() != SqlState.IN_FAILED_TRANSACTION) {
                throw fault;
            }
        }
    }
}
