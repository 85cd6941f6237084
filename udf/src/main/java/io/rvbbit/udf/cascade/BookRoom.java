package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BooksFull;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.EventSink;
import java.util.concurrent.CompletableFuture;

/**
 * Holds up what is new while the books have no room for it.
 *
 * <p>Threading: immutable.
 */
public final class BookRoom {
    private BookRoom() {}

    /**
     * Waits on a thread that is interrupted when nothing is to begin any more.
     *
     * @throws SqlException 53100 if the books have no room for too long: every call would fail so
     */
    static void await(EventSink events, CallerId caller) throws InterruptedException {
        boolean _ = await(events, caller, new CompletableFuture<Void>());
    }

    /**
     * Waits until there is room, or {@code stopped} completes.
     *
     * @return false if it was stopped
     * @throws SqlException 53100 if the books have no room for too long: every call would fail so
     */
    public static boolean await(EventSink events, CallerId caller, CompletableFuture<?> stopped)
            throws InterruptedException {
        try {
            return events.awaitRoom(caller, stopped);
        } catch (BooksFull e) {
            throw new SqlException(
                            SqlState.DISK_FULL,
                            "nothing further can be booked: " + e.getMessage(),
                            e)
                    .hint("rvbbit.tracking tells what the books wait for; RVBBIT RESUME goes on");
        }
    }
}
