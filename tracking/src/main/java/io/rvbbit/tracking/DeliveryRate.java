package io.rvbbit.tracking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events stored per second, over the last ten seconds.
 *
 * <p>Threading: any thread.
 */
final class DeliveryRate {
    private static final long SPAN = Duration.ofSeconds(10).toNanos();
    private static final long SLICE = Duration.ofSeconds(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Slice> slices = new ArrayDeque<>();

    private record Slice(long begin, long events) {}

    /** {@code now}: as {@link System#nanoTime()} says. */
    void stored(long now, long events) {
        lock.lock();
        try {
            Slice last = slices.peekLast();
            if (last != null && now - last.begin() < SLICE) {
                slices.removeLast();
                slices.addLast(new Slice(last.begin(), last.events() + events));
            } else {
                slices.addLast(new Slice(now, events));
            }
            forget(now);
        } finally {
            lock.unlock();
        }
    }

    long perSecond(long now) {
        lock.lock();
        try {
            forget(now);
            return slices.stream().mapToLong(Slice::events).sum() / (SPAN / SLICE);
        } finally {
            lock.unlock();
        }
    }

    private void forget(long now) {
        while (!slices.isEmpty() && now - slices.getFirst().begin() >= SPAN) {
            slices.removeFirst();
        }
    }
}
