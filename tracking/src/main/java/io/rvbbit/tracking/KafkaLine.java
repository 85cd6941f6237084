package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.Batch;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One log's events in one partition, on their way to the store.
 *
 * <p>The store keeps the position up to which it has them, as it does for a log that is read
 * directly; whoever takes the partition over begins with that and with what is open. Threading: the
 * thread that reads the partitions.
 */
final class KafkaLine implements Bookkeeper.Past, AutoCloseable {
    private final EventStore store;
    private final Asked asked;
    private final Bookkeeper bookkeeper;
    private long newest;

    /** What is asked of a store until it answers. */
    interface Asked {
        <T> T until(Insistence.Request<T> request);
    }

    private KafkaLine(EventStore store, TraceOptions traces, Asked asked) {
        this.bookkeeper = new Bookkeeper(this, traces);
        this.store = store;
        this.asked = asked;
    }

    /** Closes the store again if it is given up before the line is open. */
    static KafkaLine open(EventStore store, TraceOptions traces, Asked asked) {
        KafkaLine line = new KafkaLine(store, traces, asked);
        boolean opened = false;
        try {
            boolean _ =
                    asked.until(() -> {
                        store.open();
                        return true;
                    });
            line.newest = asked.until(store::position);
            line.bookkeeper.restore(asked.until(store::unfinished));
            opened = true;
            return line;
        } finally {
            if (!opened) {
                line.close();
            }
        }
    }

    /** Whether the event is to be booked; it is not if it was before. */
    boolean takes(LoggedEvent event) {
        if (event.position() <= newest) {
            return false;
        }
        newest = event.position();
        return true;
    }

    Batch book(List<LoggedEvent> events) {
        return bookkeeper.book(events, events.getFirst().position(), events.getLast().position());
    }

    boolean store(Batch batch) throws SQLException {
        store.append(batch);
        bookkeeper.stored();
        return true;
    }

    @Override
    public Optional<Row<SessionColumn>> session(String sessionId) {
        return asked.until(() -> store.endedSession(sessionId));
    }

    @Override
    public Optional<Row<StatementColumn>> statement(CallerId caller) {
        return asked.until(() -> store.endedStatement(caller));
    }

    @Override
    public void close() {
        bookkeeper.leave();
        store.close();
    }
}
