package io.rvbbit.tracking;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Books into which the starts and ends of calls come as a test says, and nobody else works. */
final class CallBooks implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String SESSION = "udf-merry-owl-abc124";

    final DuckDbFile file;
    final DuckDbCallStore calls;
    private final DuckDbEventStore store;
    private final Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);
    private final Numbering numbering;

    CallBooks(Path path) throws SQLException {
        file = new DuckDbFile(path);
        store = new DuckDbEventStore(file);
        store.open();
        numbering = new Numbering(store.position());
        calls = new DuckDbCallStore(file);
        List<Event> events = new ArrayList<>();
        Story story = new Story(events::add, "sql-clever-fox-abc123", NOON);
        story.statement("q");
        story.session(SESSION, 0, "{}");
        store(events);
    }

    /** One batch. */
    void store(Event... events) throws SQLException {
        store(List.of(events));
    }

    void store(List<Event> events) throws SQLException {
        store.append(numbering.book(bookkeeper, events));
    }

    static Event start(String id, Instant at) {
        return new Event.AttemptStarted(SESSION, "extract", id, 1, 1, "gpt", "stub", "{}", at);
    }

    static Event end(String id, Instant at) {
        return end(id, at, Story.usage(7, 3, "0.001"));
    }

    static Event end(String id, Instant at, @Nullable Usage usage) {
        return new Event.AttemptEnded(
                SESSION,
                "extract",
                id,
                1,
                1,
                "gpt",
                "gpt-x",
                "stub",
                usage,
                "{}",
                "[]",
                "",
                Duration.ofSeconds(2),
                at);
    }

    /** Columns joined by a blank. */
    List<String> rows(String sql) throws SQLException {
        DuckDBConnection connection = file.connect();
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        List<String> values = new ArrayList<>();
                        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                            values.add(String.valueOf((Object) result.getString(i)));
                        }
                        rows.add(String.join(" ", values));
                    }
                }
            }
        } finally {
            file.release(connection);
        }
        return rows;
    }

    @Override
    public void close() {
        calls.close();
        store.close();
        file.close();
    }
}
