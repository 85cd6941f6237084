package io.rvbbit.tracking;

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

    /**
     * Waits while the books have no room for anything new; to be asked before a session or a model
     * call begins. What has begun can always be recorded to its end.
     *
     * @throws BooksFull if there is no room for so long that the statement has to end
     */
    default void awaitRoom() throws InterruptedException {
        // A sink without bounds always has room.
    }
}
