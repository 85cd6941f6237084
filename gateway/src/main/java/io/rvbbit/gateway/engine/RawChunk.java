package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import org.duckdb.RawDriver;

/** A chunk in native memory. Threading: the session's thread only. */
final class RawChunk implements Chunk {
    private final ByteBuffer handle;
    private final RowShape shape;
    private final int rows;
    private final RawVector[] columns;
    private boolean live = true;

    /** Takes the chunk over; it lives until {@link #destroy}. */
    RawChunk(ByteBuffer handle, RowShape shape) {
        this.handle = handle;
        this.shape = shape;
        this.rows = RawDriver.rows(handle);
        this.columns = new RawVector[shape.columns().size()];
        for (int i = 0; i < columns.length; i++) {
            EngineType type = shape.columns().get(i).type();
            columns[i] = new RawVector(this, RawDriver.vector(handle, i), type, rows);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public Vector column(int index) {
        checkLive();
        return columns[index];
    }

    ByteBuffer handle() {
        checkLive();
        return handle;
    }

    RowShape shape() {
        return shape;
    }

    void checkLive() {
        if (!live) {
            throw new IllegalStateException("the cursor has moved on: this chunk is gone");
        }
    }

    void destroy() {
        if (live) {
            live = false;
            RawDriver.destroyChunk(handle);
        }
    }
}
