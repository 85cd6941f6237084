package io.rvbbit.gateway.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one running statement, read as they come. Threading: the session's thread only. */
public interface ResultCursor extends AutoCloseable {
    List<Column> columns();

    /**
     * The next chunk, or null at the end; the chunk before it is no longer valid.
     *
     * @throws io.rvbbit.rewriter.SqlException also for a fault in mid-stream: rows are never cut
     *     off silently
     */
    @Nullable Chunk next();

    /** Rows that an INSERT, UPDATE or DELETE changed; -1 where the statement changes none. */
    long changedRows();

    @Override
    void close();
}
