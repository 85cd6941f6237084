package io.rvbbit.tracking;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What moves events from the log to the store.
 *
 * <p>Threading: started and closed by one thread; the rest is any thread.
 */
interface BookDelivery extends AutoCloseable {
    /**
     * How often something has been refused, since the start.
     *
     * @param last what was said last, empty if nothing ever was, and when; null then
     */
    record Refusals(long count, String last, @Nullable Instant at) {
        static final Refusals NONE = new Refusals(0, "", null);

        Refusals plus(Refusals other) {
            boolean newer = at == null || (other.at != null && other.at.isAfter(at));
            Refusals later = newer ? other : this;
            return new Refusals(count + other.count, later.last, later.at);
        }
    }

    void start();

    /**
     * Waits until the store has all that is recorded now; false if nothing moves.
     *
     * @param patience the longest wait without any progress
     */
    boolean awaitStored(Duration patience) throws InterruptedException;

    Refusals refusals();

    /** Events that left the log per second, over the last ones. */
    long eventsPerSecond();

    /** Events that could not be read, and are lost. */
    long lost();

    Books.Transport transport();

    @Override
    void close();
}
