package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BooksFull;
import io.rvbbit.tracking.EventSink;

/**
 * Holds up what is new while the books have no room for it.
 *
 * <p>Threading: immutable.
 */
final class BookRoom {
    private BookRoom() {}

    /**
     * @throws SqlException 53100 if the books have no room for too long: every call would fail so
     */
    static void await(EventSink events) throws InterruptedException {
        try {
            events.awaitRoom();
        } catch (BooksFull e) {
            throw new SqlException(
                            SqlState.DISK_FULL,
                            "no further model call can be booked: " + e.getMessage(),
                            e)
                    .hint("rvbbit.tracking tells what the books wait for; RVBBIT RESUME goes on");
        }
    }
}
