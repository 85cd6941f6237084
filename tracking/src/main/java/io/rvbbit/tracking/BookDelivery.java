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
     * @param away since when everything has been refused; null if the last time it was not
     */
    record Refusals(long count, String last, @Nullable Instant at, @Nullable Instant away) {
        static final Refusals NONE = new Refusals(0, "", null, null);

        /** One more. */
        Refusals plus(String said, Instant now) {
            return new Refusals(count + 1, said, now, away == null ? now : away);
        }

        /** What was asked for was answered. */
        Refusals answered() {
            return away == null ? this : new Refusals(count, last, at, null);
        }

        Refusals plus(Refusals other) {
            boolean newer = at == null || (other.at != null && other.at.isAfter(at));
            Refusals later = newer ? other : this;
            boolean longer = other.away != null && (away == null || other.away.isBefore(away));
            return new Refusals(
                    count + other.count, later.last, later.at, longer ? other.away : away);
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
