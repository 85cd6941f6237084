package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import org.jspecify.annotations.Nullable;

/** A statement that runs. Threading: the session's thread only. */
public interface Execution extends AutoCloseable {
    /**
     * The next rows, or null when the statement is complete and, if it ran cascades, on the books.
     *
     * @throws io.rvbbit.rewriter.SqlException with a position in the client's own text
     */
    @Nullable Chunk next();

    /**
     * No more than so many rows are wanted beyond those that {@link #next} has given, until this is
     * called again: one that pays for its rows makes few more.
     */
    default void demand(long rows) {}

    /**
     * What to do before {@link #next} waits for more: rows that were given leave for the client
     * then, however few they are.
     */
    default void beforeWaiting(Runnable letGo) {}

    /** The command tag, once {@link #next} has returned null; {@code rows} were sent. */
    String tag(long rows);

    /** Ends the statement, whether or not it is complete; may be called twice. */
    @Override
    void close();
}
