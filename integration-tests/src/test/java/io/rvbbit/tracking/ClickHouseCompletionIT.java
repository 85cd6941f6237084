package io.rvbbit.tracking;

import static io.rvbbit.tracking.CallBooks.NOON;
import static io.rvbbit.tracking.CallBooks.end;
import static io.rvbbit.tracking.CallBooks.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As in the embedded store, in ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseCompletionIT extends CallCompletionContract {
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

    /** Each table that a step writes refuses it once, and the next step goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"call_whole", "call_waiting", "completion_step"})
    void a_step_may_end_anywhere(String table) throws Exception {
        try (ClickHouseCallBooks books = new ClickHouseCallBooks(server)) {
            Duration timeout = Duration.ofMinutes(5);
            books.store(start("a", NOON), end("b", NOON.plusSeconds(2)), start("c", NOON));
            books.calls.complete(NOON.plusSeconds(3), timeout, 0);
            books.store(
                    end("a", NOON.plusSeconds(4)),
                    start("b", NOON),
                    start("b", NOON),
                    start("d", NOON),
                    end("d", NOON.plusSeconds(5)),
                    start("e", NOON.plusSeconds(400)));
            books.refuse(table);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> books.calls.complete(NOON.plusSeconds(401), timeout, 0))
                        .isInstanceOf(SQLException.class);
            }
            books.accept(table);
            // What comes meanwhile is the repeated step's, too.
            books.store(end("e", NOON.plusSeconds(402)), end("d", NOON.plusSeconds(5)));

            books.calls.complete(NOON.plusSeconds(403), timeout, 2);

            assertThat(books.read("calls_complete", "id", "status"))
                    .containsExactly(
                            "a completed",
                            "b completed",
                            "c timeout",
                            "d completed",
                            "e completed");
            assertThat(
                            books.read(
                                    "completion",
                                    "matched",
                                    "realtime",
                                    "duplicates",
                                    "open_starts",
                                    "starts_without_end",
                                    "errors"))
                    .containsExactly("4 2 2 0 1 2");
        }
    }

    @Test
    void gateways_share_a_database_and_each_completes_its_own() throws Exception {
        try (ClickHouseCallBooks one = new ClickHouseCallBooks(server);
                ClickHouseCallBooks other = one.other()) {
            one.store(start("a", NOON), end("a", NOON.plusSeconds(1)), start("b", NOON));
            other.store(start("c", NOON), end("c", NOON.plusSeconds(1)), end("d", NOON));

            one.calls.complete(NOON.plusSeconds(2), Duration.ofMinutes(5), 0);

            assertThat(one.read("calls_complete", "id")).containsExactly("a");
            assertThat(one.read("completion", "depth", "open_starts", "open_ends", "matched"))
                    .containsExactly("3 1 0 1");
            assertThat(one.read("calls_merged", "id", "status"))
                    .containsExactly("a completed", "b running", "c completed", "d completed");

            other.calls.complete(NOON.plusSeconds(2), Duration.ofMinutes(5), 0);

            assertThat(one.read("calls_complete", "id")).containsExactly("a", "c");
            assertThat(one.read("completion", "depth", "open_starts", "open_ends", "matched"))
                    .containsExactly("0 1 1 2");
        }
    }
}
