package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** As in the embedded store, in ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseAnalyticsIT extends AnalyticsContract {
    private ClickHouseServer server;
    private ClickHouseBooks books;

    @BeforeAll
    void start() {
        server = ClickHouseServer.start();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Books empty(Path directory) {
        books = new ClickHouseBooks(server, directory);
        return books.open(CompletionPolicy.DEFAULT, Clock.systemUTC());
    }

    @AfterEach
    void drop() throws SQLException {
        books.close();
    }
}
