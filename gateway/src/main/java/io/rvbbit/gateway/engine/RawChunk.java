package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * A chunk in native memory.
 *
 * <p>A column is mapped when somebody asks for it: one of a type that is cast before it is read
 * cannot be, where the chunk is only handed on. Threading: the session's thread only.
 */
final class RawChunk implements Chunk {
    private final ByteBuffer handle;
    private final RowShape shape;
    private final int rows;
    private final @Nullable RawVector[] columns;
    private boolean live = true;

    /** Takes the chunk over; it lives until {@link #destroy}. */
    RawChunk(ByteBuffer handle, RowShape shape) {
        this.handle = handle;
        this.shape = shape;
        this.rows = RawDriver.rows(handle);
        this.columns = new RawVector[shape.columns().size()];
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public Vector column(int index) {
        checkLive();
        RawVector known = columns[index];
        if (known == null) {
            EngineType type = shape.columns().get(index).type();
            known = new RawVector(this, RawDriver.vector(handle, index), type, rows);
            columns[index] = known;
        }
        return known;
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
