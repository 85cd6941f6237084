package io.rvbbit.tracking;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Since when the oldest event waits that is not stored, to the second.
 *
 * <p>Keeps one mark for each second in which events came, and so the event at a mark and those up
 * to the next are less than a second apart. Threading: under the log's lock.
 */
final class PendingSince {
    private static final long SECOND = 1_000L << 12;

    private final Deque<Mark> marks = new ArrayDeque<>();

    private record Mark(long position, long stamp) {}

    /** An event was recorded; {@code alone} if none was waiting. */
    void recorded(long position, long stamp, boolean alone) {
        Mark last = marks.peekLast();
        if (alone) {
            marks.clear();
        }
        if (alone || last == null || stamp - last.stamp() >= SECOND) {
            marks.addLast(new Mark(position, stamp));
        }
    }

    /** Everything up to {@code position} is stored. */
    void stored(long position) {
        Mark oldest = marks.peekFirst();
        while (oldest != null && oldest.position() <= position) {
            Mark passed = marks.removeFirst();
            oldest = marks.peekFirst();
            if (oldest == null || oldest.position() > position + 1) {
                marks.addFirst(new Mark(position + 1, passed.stamp()));
                return;
            }
        }
    }

    /** When about the oldest event that waits was recorded; meaningless while none does. */
    Instant at() {
        Mark oldest = marks.peekFirst();
        return oldest == null
                ? Instant.EPOCH
                : MessageIds.timeOf(oldest.stamp()).truncatedTo(SECONDS);
    }
}
