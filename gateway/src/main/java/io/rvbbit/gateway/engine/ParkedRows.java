package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a stream, kept in a temporary table of another connection.
 *
 * <p>DuckDB's memory limit holds for it; beyond that it goes to the temporary directory. Threading:
 * the session's thread only.
 */
final class ParkedRows implements AutoCloseable {
    private final RawConnection store;
    private final ResultCursor cursor;

    private ParkedRows(RawConnection store, ResultCursor cursor) {
        this.store = store;
        this.cursor = cursor;
    }

    /** Reads {@code stream} to its end. */
    static ParkedRows of(RawCursor stream, RowShape shape, RawConnection connection) {
        RawConnection store = connection.openSibling();
        try {
            try (TemporaryTable table =
                    TemporaryTable.create(store, "parked", shape.storedColumns())) {
                for (ByteBuffer chunk = stream.fetch(); chunk != null; chunk = stream.fetch()) {
                    try {
                        table.append(chunk);
                    } finally {
                        RawDriver.destroyChunk(chunk);
                    }
                }
            }
            RawPrepared all = store.prepareOurs("FROM temp.main.parked", List.of());
            return new ParkedRows(store, all.executeAs(shape));
        } catch (RuntimeException fault) {
            store.close();
            throw fault;
        }
    }

    @Nullable Chunk next() {
        return cursor.next();
    }

    @Override
    public void close() {
        cursor.close();
        store.close();
    }
}
