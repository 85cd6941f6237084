package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.EventStore.Batch;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbEventStoreTest {
    @TempDir Path directory;
    private DuckDbFile file;
    private DuckDbEventStore store;

    @BeforeEach
    void open() throws Exception {
        file = new DuckDbFile(directory.resolve("books.duckdb"));
        store = new DuckDbEventStore(file);
        store.open();
    }

    @AfterEach
    void close() {
        store.close();
        file.close();
    }

    private static Batch batch() {
        List<Event> events = new ArrayList<>();
        var story = new Story(events::add, "sql-clever-fox-abc123");
        story.statement("q");
        story.row("udf-merry-owl-abc124", 0, Usage.NONE);
        story.session("udf-merry-owl-abc125", 1, "{}");
        return new Numbering().book(new Bookkeeper(Bookkeeper.Past.NONE), events);
    }

    private long count(String table) throws SQLException {
        DuckDBConnection connection = file.connect();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT count(*) FROM " + table);
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } finally {
            file.release(connection);
        }
    }

    @Test
    void a_batch_that_fails_in_its_last_table_leaves_nothing_and_can_be_repeated()
            throws Exception {
        Batch good = batch();
        List<Row<StatementColumn>> withoutStart = List.of(Row.of(StatementColumn.class));
        var broken =
                new Batch(
                        good.from(),
                        good.position(),
                        good.logs(),
                        good.sessions(),
                        withoutStart,
                        good.estimates(),
                        good.spans(),
                        good.fallbacks());

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> store.append(broken)).isInstanceOf(SQLException.class);
            for (String table : List.of("event_log", "session_row", "cascade_text")) {
                assertThat(count(table)).as(table).isZero();
            }
            assertThat(store.position()).isZero();
        }
        store.append(good);

        assertThat(count("event_log")).isEqualTo(7);
        assertThat(count("session_state")).isEqualTo(2);
        assertThat(count("cascade_text")).isEqualTo(1);
        assertThat(store.position()).isEqualTo(good.position());
    }

    @Test
    void a_repeated_batch_is_stored_once() throws Exception {
        Batch batch = batch();

        store.append(batch);
        store.append(batch);

        assertThat(count("event_log")).isEqualTo(7);
        assertThat(count("session_open")).isEqualTo(1);
        assertThat(count("session_closed")).isEqualTo(1);
    }

    @Test
    void an_instance_that_was_closed_under_the_store_is_opened_again() throws Exception {
        file.reopen();
        assertThatThrownBy(() -> store.append(batch())).isInstanceOf(SQLException.class);

        store.append(batch());

        assertThat(count("event_log")).isEqualTo(7);
    }
}
