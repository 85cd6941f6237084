package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.PostgresServer;
import java.io.IOException;
import java.util.Optional;

/** PostgreSQL, the control. Threading: one thread. */
record Control(PostgresServer server) implements Server {
    /** Empty where PostgreSQL is not installed. */
    static Optional<Control> start() throws IOException, InterruptedException {
        return PostgresServer.start("shared_buffers=1GB").map(Control::new);
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String user() {
        return PostgresServer.USER;
    }

    @Override
    public String database() {
        return PostgresServer.DATABASE;
    }

    @Override
    public void close() {
        server.close();
    }
}
