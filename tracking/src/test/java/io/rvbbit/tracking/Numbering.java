package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Gives events positions and message ids as the log does, without a log. */
final class Numbering {
    private final MessageIds ids = new MessageIds(new UUID(1, 2));
    private long position;
    private long stamp;

    Numbering() {
        this(0);
    }

    /** {@code position}: of the event before. */
    Numbering(long position) {
        this.position = position;
    }

    Batch book(Bookkeeper bookkeeper, List<Event> events) {
        long from = position + 1;
        List<LoggedEvent> logged = new ArrayList<>();
        for (Event event : events) {
            position++;
            stamp = MessageIds.stampAfter(stamp, event.at());
            logged.add(new LoggedEvent(position, ids.of(position, stamp), event));
        }
        return bookkeeper.book(logged, from, position);
    }
}
