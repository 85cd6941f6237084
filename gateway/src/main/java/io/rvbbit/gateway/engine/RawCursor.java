package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * A result read chunk by chunk from DuckDB's stream, or from where it was parked: a few chunks as
 * they are, more of them in a store.
 *
 * <p>Threading: the session's thread only.
 */
final class RawCursor implements ResultCursor {
    /** Chunks that are kept as they are; most results have no more. */
    private static final int HELD = 8;

    private final RawConnection connection;
    private final RowShape shape;
    private final long changedRows;
    private @Nullable ByteBuffer result;
    private @Nullable RawChunk current;
    private final Deque<ByteBuffer> held = new ArrayDeque<>();
    private @Nullable ParkedRows parked;
    private @Nullable RuntimeException lost;

    /** Takes the result over. */
    RawCursor(RawConnection connection, RowShape shape, ByteBuffer result) {
        this.connection = connection;
        this.shape = shape;
        this.result = result;
        this.changedRows = -1;
    }

    private RawCursor(RawConnection connection, long changedRows) {
        this.connection = connection;
        this.shape = RowShape.EMPTY;
        this.changedRows = changedRows;
    }

    /** The cursor of a statement without rows, which has already run to its end. */
    static RawCursor finished(RawConnection connection, long changedRows) {
        return new RawCursor(connection, changedRows);
    }

    @Override
    public List<Column> columns() {
        return shape.columns();
    }

    RowShape shape() {
        return shape;
    }

    @Override
    public @Nullable Chunk next() {
        dropChunk();
        RuntimeException fault = lost;
        if (fault != null) {
            throw fault;
        }
        ParkedRows store = parked;
        if (store != null) {
            return store.next();
        }
        ByteBuffer chunk = fetch();
        if (chunk == null) {
            return null;
        }
        RawChunk next = new RawChunk(chunk, shape);
        current = next;
        return next;
    }

    /** The next chunk itself, which becomes the caller's to destroy; null at the end. */
    @Nullable ByteBuffer fetch() {
        dropChunk();
        ByteBuffer early = held.poll();
        return early != null ? early : stream();
    }

    private @Nullable ByteBuffer stream() {
        ByteBuffer stream = result;
        while (stream != null) {
            ByteBuffer chunk = RawDriver.fetch(stream);
            if (chunk == null) {
                String error = RawDriver.error(stream);
                end();
                if (!error.isEmpty()) {
                    throw DuckDbErrors.translate(error);
                }
                return null;
            }
            if (RawDriver.rows(chunk) > 0) {
                return chunk;
            }
            RawDriver.destroyChunk(chunk);
        }
        return null;
    }

    /** Moves what has not been read out of the stream, so that the connection is free. */
    void park() {
        if (result != null) {
            // The chunk in the reader's hands stays valid: it owns its memory.
            RawChunk read = current;
            current = null;
            try {
                hold();
                if (result != null) {
                    parked = ParkedRows.of(this, shape, connection);
                }
            } catch (RuntimeException fault) {
                // Whoever reads on must not take the rows that are left out for the end.
                lost = fault;
                throw fault;
            } finally {
                current = read;
                end();
            }
        }
    }

    private void hold() {
        while (result != null && held.size() < HELD) {
            ByteBuffer chunk = stream();
            if (chunk != null) {
                held.add(chunk);
            }
        }
    }

    boolean isStreaming() {
        return result != null;
    }

    @Override
    public long changedRows() {
        return changedRows;
    }

    @Override
    public void close() {
        dropChunk();
        end();
        held.forEach(RawDriver::destroyChunk);
        held.clear();
        ParkedRows store = parked;
        if (store != null) {
            parked = null;
            store.close();
        }
    }

    private void dropChunk() {
        RawChunk chunk = current;
        if (chunk != null) {
            current = null;
            chunk.destroy();
        }
    }

    private void end() {
        ByteBuffer stream = result;
        if (stream != null) {
            result = null;
            RawDriver.destroyResult(stream);
            connection.streamEnded(this);
        }
    }
}
