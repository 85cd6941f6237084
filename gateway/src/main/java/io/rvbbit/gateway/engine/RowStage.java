package io.rvbbit.gateway.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query on their way through something slow: read as they are asked for, and kept
 * where SQL finds them again.
 *
 * <p>They stand in a temporary table of a connection of their own, with their exact types; DuckDB's
 * memory limit holds for it, and beyond that it goes to the temporary directory. Meanwhile the
 * client's connection may run other statements. Threading: the session's thread only.
 */
public final class RowStage implements AutoCloseable {
    /** The table's name in the SQL that reads the rows again. */
    public static final String TABLE = "temp.main._rvbbit_stage";

    private static final String NAME = "_rvbbit_stage";

    private final RawConnection store;
    private @Nullable RawCursor source;

    private RowStage(RawConnection store) {
        this.store = store;
    }

    /**
     * Makes the place for a query's rows and runs nothing.
     *
     * @param client on whose connection the query is prepared
     * @param columns of the query
     */
    public static RowStage beside(EngineConnection client, List<Column> columns) {
        if (!(client.sibling() instanceof RawConnection store)) {
            throw new IllegalArgumentException("a connection of another engine: " + client);
        }
        try {
            TemporaryTable.create(store, NAME, columns).close();
            return new RowStage(store);
        } catch (RuntimeException fault) {
            store.close();
            throw fault;
        }
    }

    /** Where statements about {@link #TABLE} run. */
    public EngineConnection connection() {
        return store;
    }

    /** Begins to run the query, which stays its owner's. */
    public void run(EnginePrepared query, List<@Nullable Object> parameters) {
        if (!(query instanceof RawPrepared prepared)) {
            throw new IllegalArgumentException("a statement of another engine: " + query);
        }
        source = prepared.executeUncast(parameters);
    }

    /** Runs the query to its end; its rows wait for {@link #read}. */
    public void readAhead() {
        RawCursor rows = source;
        if (rows != null) {
            rows.park();
        }
    }

    /** The next rows of the query, which stand in the table from now on; null at the end. */
    public @Nullable Chunk read() {
        RawCursor rows = source;
        Chunk read = rows == null ? null : rows.next();
        if (read instanceof RawChunk chunk) {
            try (TemporaryTable table = TemporaryTable.open(store, NAME)) {
                table.append(chunk.handle());
            }
        }
        return read;
    }

    @Override
    public void close() {
        RawCursor rows = source;
        if (rows != null) {
            source = null;
            rows.close();
        }
        store.close();
    }
}
