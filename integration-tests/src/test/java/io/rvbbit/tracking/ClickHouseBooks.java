package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.UUID;

/**
 * A database of ClickHouse for one test, which is dropped at its end. Threading: one thread.
 *
 * @param data the directory of the event log
 */
record ClickHouseBooks(ClickHouseServer server, String database, Path data)
        implements AutoCloseable {
    ClickHouseBooks(ClickHouseServer server, Path data) {
        this(server, "it_" + UUID.randomUUID().toString().replace('-', '_'), data);
    }

    Books open(CompletionPolicy policy, Clock clock) {
        return Books.open(address(), data, clock, BookOptions.DEFAULT.with(policy));
    }

    ClickHouseAddress address() {
        return ClickHouseAddress.of(server.url(database), server.user(), server.password());
    }

    void execute(String sql) throws SQLException {
        try (ClickHouseStatements statements =
                new ClickHouseStatements(new ClickHouse(address()))) {
            statements.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = server.connect("default");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + database);
        }
    }
}
