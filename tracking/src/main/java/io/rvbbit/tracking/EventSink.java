package io.rvbbit.tracking;

import java.util.concurrent.CompletableFuture;

/**
 * Where everything that happens is told to the books.
 *
 * <p>Threading: any thread.
 */
public interface EventSink {
    /**
     * Takes an event. It is never lost, never makes a statement fail and does not wait for the
     * store: when this returns, the event outlives the process.
     */
    void record(Event event);

    /** Why the books have no room for anything new; empty while they have. */
    default String refusing() {
        return "";
    }

    /**
     * Waits while the books have no room for anything new; to be asked before whatever begins is
     * recorded: a statement, a session, a cell, a model call, a query, an answer from the cache.
     * What has begun can always be recorded to its end.
     *
     * @param caller for whom something would begin
     * @param stopped completes, in whatever way, when nothing is to begin any more
     * @return false if it has been stopped before there was room
     * @throws BooksFull if there is no room for so long that the statement has to end
     */
    default boolean awaitRoom(CallerId caller, CompletableFuture<?> stopped)
            throws InterruptedException {
        // A sink without bounds always has room.
        return true;
    }

    /**
     * Something of a caller waits, not for room in the books but for a disk that is full.
     *
     * @param why as whoever waits is told
     * @return to be closed when it waits no more
     */
    default Hold hold(CallerId caller, String why) {
        return () -> {
            // Nobody listens.
        };
    }

    /** A wait that lasts until it is closed. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}
