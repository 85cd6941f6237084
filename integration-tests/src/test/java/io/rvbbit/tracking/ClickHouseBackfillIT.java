package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** As in the embedded store, in ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseBackfillIT extends CallBackfillContract {
    private ClickHouseServer server;

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
    CallBooks empty(Path directory) throws Exception {
        return new ClickHouseCallBooks(server);
    }
}
