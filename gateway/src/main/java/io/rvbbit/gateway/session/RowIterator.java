package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;

/** Rows to be sent, one after the other. Threading: the session's thread only. */
interface RowIterator {
    /** Moves on; false where there is no further row. */
    boolean next();

    /** Holds the row moved to, until the next move. */
    Chunk chunk();

    /** The row's index in the chunk. */
    int row();
}
