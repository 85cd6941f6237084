package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** As in the embedded store, in ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseRouterIT extends CallRouterContract {
    private ClickHouseServer server;
    private ClickHouseBooks books;

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

    @BeforeEach
    void database() {
        books = new ClickHouseBooks(server, directory);
    }

    @AfterEach
    void drop() throws SQLException {
        books.close();
    }

    @Override
    Books open(CompletionPolicy policy, Clock now) {
        return books.open(policy, now);
    }

    @Override
    void forgetWhole() throws SQLException {
        books.execute("DELETE FROM call_whole WHERE true");
    }

    @Override
    void begin(Instant at) throws SQLException {
        books.execute(
                "INSERT INTO completion_step SELECT * REPLACE (step + 1 AS step, "
                        + ClickHouseStatements.moment(at)
                        + " AS began_at) FROM completion_step FINAL");
    }
}
