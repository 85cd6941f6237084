package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.EventStore.Unfinished;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a new process learns of the last one from ClickHouse (26.7 engine behind a test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseUnfinishedIT {
    private ClickHouseServer server;
    private TwoStores stores;

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

    @BeforeEach
    void empty_stores(@TempDir Path directory) throws Exception {
        stores = new TwoStores(server, directory);
    }

    @AfterEach
    void close() throws Exception {
        stores.close();
    }

    @Test
    void what_was_left_running_is_found_as_in_the_embedded_store() throws Exception {
        stores.store(ClickHouseStoreIT::everything);
        Unfinished found = stores.store().unfinished();
        Unfinished expected = stores.duckDb.unfinished();

        assertThat(found.cells()).isEqualTo(expected.cells()).hasSize(1);
        assertThat(found.attempts()).isEqualTo(expected.attempts()).hasSize(1);
        assertThat(texts(SessionColumn.values(), found.sessions()))
                .containsExactlyInAnyOrderElementsOf(
                        texts(SessionColumn.values(), expected.sessions()))
                .hasSize(2);
        assertThat(found.statements()).hasSize(1);
        assertThat(found.statements().getFirst().calls()).isEqualTo(3);
        assertThat(found.statements().getFirst().spent())
                .isEqualTo(expected.statements().getFirst().spent());
        assertThat(texts(StatementColumn.values(), List.of(found.statements().getFirst().row())))
                .isEqualTo(
                        texts(
                                StatementColumn.values(),
                                List.of(expected.statements().getFirst().row())));
        assertThat(stores.storeOf("another gateway").unfinished().isEmpty()).isTrue();
    }

    @Test
    void what_has_ended_is_found_by_its_id() throws Exception {
        stores.store(ClickHouseStoreIT::everything);
        ClickHouseStore store = stores.clickHouse;

        assertThat(store.endedSession("udf-calm-bee-abc127"))
                .hasValueSatisfying(row -> {
                    assertThat(row.text(SessionColumn.STATUS)).isEqualTo("error");
                    assertThat(row.text(SessionColumn.CASCADE_DEFINITION))
                            .isEqualTo("cascade_id: extract_brand");
                });
        assertThat(store.endedSession("udf-merry-owl-abc125")).as("still open").isEmpty();
        assertThat(store.endedSession("nobody's")).isEmpty();
        assertThat(store.endedStatement(new CallerId("sql-calm-bee-abc124")))
                .hasValueSatisfying(
                        row -> assertThat(row.text(StatementColumn.USER_NAME)).isEqualTo("bob"));
        assertThat(store.endedStatement(new CallerId("sql-clever-fox-abc123"))).isEmpty();
    }

    private static <C extends Enum<C> & Column> List<String> texts(C[] columns, List<Row<C>> rows) {
        List<String> texts = new ArrayList<>();
        for (Row<C> row : rows) {
            StringBuilder text = new StringBuilder();
            for (C column : columns) {
                text.append(column).append('=').append(row.get(column)).append('\n');
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
