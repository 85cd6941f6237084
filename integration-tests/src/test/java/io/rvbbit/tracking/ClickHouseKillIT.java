package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Books in ClickHouse (26.7 engine behind a test front). */
class ClickHouseKillIT extends BookKillContract {
    @TempDir Path directory;
    private ClickHouseServer server;
    private ClickHouseBooks books;

    @BeforeEach
    void start() {
        server = ClickHouseServer.start();
        books = new ClickHouseBooks(server, directory);
    }

    @AfterEach
    void stop() throws SQLException {
        if (server != null) {
            books.close();
            server.close();
        }
    }

    @Override
    List<String> place() {
        return List.of(
                directory.toString(),
                server.url(books.database()),
                server.user(),
                server.password());
    }

    @Override
    Books open() {
        return Books.open(books.address(), directory, Clock.systemUTC(), BookOptions.DEFAULT);
    }

    @Override
    Path log() {
        return directory.resolve("books-log");
    }
}
