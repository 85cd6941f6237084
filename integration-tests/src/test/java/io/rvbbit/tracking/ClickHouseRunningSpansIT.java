package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** As in the embedded store, in ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseRunningSpansIT extends RunningSpansContract {
    private ClickHouseServer server;
    private @Nullable ClickHouseBooks database;

    @BeforeAll
    void startServer() {
        server = ClickHouseServer.start();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Books empty(Path directory) {
        ClickHouseBooks made = new ClickHouseBooks(server, directory);
        database = made;
        return made.open(CompletionPolicy.DEFAULT, Clock.systemUTC());
    }

    @Override
    void drop() throws SQLException {
        if (database != null) {
            database.close();
        }
    }
}
