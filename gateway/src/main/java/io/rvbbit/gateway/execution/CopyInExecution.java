package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.RowLoad;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A COPY FROM STDIN that takes rows: all of them get into the table, or none.
 *
 * <p>Outside a transaction block it has a transaction of its own. Threading: the session's thread
 * only.
 */
public final class CopyInExecution implements Execution {
    private final ClientContext client;
    private final CopyTable table;
    private final CopyOptions options;
    private final List<Column> columns;
    private final RowLoad rows;
    private boolean ownTransaction;
    private long copied;

    CopyInExecution(
            ClientContext client,
            CopyTable table,
            CopyOptions options,
            List<Column> columns,
            RowLoad rows,
            boolean ownTransaction) {
        this.client = client;
        this.table = table;
        this.options = options;
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.ownTransaction = ownTransaction;
    }

    public CopyOptions options() {
        return options;
    }

    /** The table's name without its schema, for errors. */
    public String table() {
        return table.lastName();
    }

    /** In the order of the fields. */
    public List<Column> columns() {
        return columns;
    }

    public RowLoad rows() {
        return rows;
    }

    /** Whether a row's fields are all that its table's row will hold. */
    public boolean isWholeRow() {
        return columns.equals(table.columns());
    }

    /**
     * Refuses NULL where the column takes none, as long as the row is known.
     *
     * @throws SqlException 23502
     */
    public void checkNull(int column) {
        if (table.isNotNull(columns.get(column))) {
            throw new SqlException(
                    SqlState.NOT_NULL_VIOLATION,
                    "null value in column \"%s\" of relation \"%s\" violates not-null constraint"
                            .formatted(columns.get(column).name(), table.lastName()));
        }
    }

    /** All rows are there. */
    public void finish() {
        copied = rows.finish();
        rows.close();
        if (ownTransaction) {
            ownTransaction = false;
            client.run("COMMIT");
        }
    }

    /** What was copied so far is undone, by this or, in a transaction block, by its end. */
    public void abort() {
        rows.close();
        if (ownTransaction) {
            ownTransaction = false;
            client.run("ROLLBACK");
        }
    }

    @Override
    public @Nullable Chunk next() {
        return null;
    }

    @Override
    public String tag(long sent) {
        return "COPY " + copied;
    }

    @Override
    public void close() {
        abort();
    }
}
