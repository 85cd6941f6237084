package io.rvbbit.tracking;

/**
 * Where everything that happens is told to the books.
 *
 * <p>Threading: any thread. An event is never lost and never makes a statement fail; when the log
 * is full the caller waits.
 */
public interface EventSink {
    void record(Event event);
}
