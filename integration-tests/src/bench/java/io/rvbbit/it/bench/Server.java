package io.rvbbit.it.bench;

import java.io.IOException;

/** A database server of the bench's own, in a process of its own. Threading: one thread. */
interface Server extends AutoCloseable {
    /** As it stands in the results. */
    String name();

    int port();

    String user();

    String database();

    default WireProbe connect() throws IOException {
        return new WireProbe(port(), user(), database());
    }

    @Override
    void close();
}
