package io.rvbbit.gateway.engine;

/**
 * Up to 2,048 rows, valid until the cursor moves or closes. Threading: the session's thread only.
 */
public interface Chunk {
    int rows();

    Vector column(int index);
}
