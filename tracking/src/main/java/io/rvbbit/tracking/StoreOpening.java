package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.Batch;
import io.rvbbit.tracking.EventStore.Unfinished;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a store before the first event: its schema, and what the last process left
 * running is ended as orphaned.
 *
 * <p>May be repeated when it fails; the orphans are found once, so that they are booked once.
 * Threading: one thread at a time.
 */
final class StoreOpening implements BookWriter.Opening {
    private final EventStore store;
    private final Bookkeeper bookkeeper;
    private final InstantSource clock;
    private @Nullable Batch orphans;
    private boolean done;

    StoreOpening(EventStore store, Bookkeeper bookkeeper, InstantSource clock) {
        this.store = store;
        this.bookkeeper = bookkeeper;
        this.clock = clock;
    }

    @Override
    public long open() throws SQLException {
        if (!done) {
            store.open();
            if (orphans == null) {
                orphans = orphans();
            }
            if (orphans != null) {
                store.append(orphans);
            }
            done = true;
        }
        return store.position();
    }

    private @Nullable Batch orphans() throws SQLException {
        Unfinished unfinished = store.unfinished();
        if (unfinished.isEmpty()) {
            return null;
        }
        long position = store.position();
        bookkeeper.restore(unfinished);
        List<Event> events = Orphans.of(unfinished, clock.instant());
        return bookkeeper.book(events, position + events.size());
    }
}
