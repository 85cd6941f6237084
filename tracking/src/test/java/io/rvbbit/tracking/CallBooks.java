package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.completion.CallStore;
import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.completion.CompletionWorker;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Books into which the starts and ends of calls come as a test says, and nobody else works; in
 * whichever store.
 */
abstract class CallBooks implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String SESSION = "udf-merry-owl-abc124";

    final CallStore calls;
    private final EventStore store;
    private final Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);
    private final Numbering numbering;

    CallBooks(EventStore store, CallStore calls) throws SQLException {
        this.store = store;
        this.calls = calls;
        store.open();
        numbering = new Numbering(store.position());
        List<Event> events = new ArrayList<>();
        Story story = new Story(events::add, "sql-clever-fox-abc123", NOON);
        story.statement("q");
        story.session(SESSION, 0, "{}");
        store(events);
    }

    /** The same books as the next process has them; these are closed. */
    abstract CallBooks reopen() throws SQLException;

    abstract StoreReader reader(CallRouter router);

    /** From now on no step, and no slice of a backfill, can be written to its end. */
    abstract void breakSteps() throws SQLException;

    abstract void mendSteps() throws SQLException;

    /** The worker is told of nothing that came so far. */
    abstract void forgetParts() throws SQLException;

    /** The worker began then. */
    abstract void begin(Instant at) throws SQLException;

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

    /** Columns of all rows, joined by a blank, in their order as text. */
    List<String> read(String table, String... columns) {
        CallRouter router =
                new CallRouter(
                        new CompletionWorker(calls, CompletionPolicy.DEFAULT, Clock.systemUTC()),
                        Duration.ZERO);
        return rows(reader(router).scan(table, List.of(columns), null));
    }

    static List<String> rows(Scan open) {
        List<String> rows = new ArrayList<>();
        try (open) {
            @Nullable Object @Nullable [] row = open.next();
            while (row != null) {
                List<String> values = new ArrayList<>();
                for (@Nullable Object value : row) {
                    values.add(
                            value instanceof BigDecimal number
                                    ? number.stripTrailingZeros().toPlainString()
                                    : Objects.toString(value));
                }
                rows.add(String.join(" ", values));
                row = open.next();
            }
        }
        rows.sort(null);
        return rows;
    }

    @Override
    public void close() throws SQLException {
        calls.close();
        store.close();
    }
}
