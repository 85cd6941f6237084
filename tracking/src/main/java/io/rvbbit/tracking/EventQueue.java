package io.rvbbit.tracking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events on their way to the store, in the order in which they were recorded.
 *
 * <p>Bounded by number and by characters: whoever records into a full queue waits, so nothing is
 * ever dropped. Each event has a position; the queue knows up to which position everything is
 * stored, and a reader can wait for the position that was the newest when it came.
 *
 * <p>Threading: any thread records and waits; one thread takes.
 */
final class EventQueue {
    private final int capacity;
    private final long maxCharacters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notFull = lock.newCondition();
    private final Condition notEmpty = lock.newCondition();
    private final Condition advanced = lock.newCondition();
    private final Deque<Event> events = new ArrayDeque<>();
    private long characters;
    private long recorded;
    private long stored;
    private int readers;
    private int blocked;
    private boolean closed;

    /** {@code position}: up to where the store is filled already. */
    EventQueue(int capacity, long maxCharacters, long position) {
        this.capacity = capacity;
        this.maxCharacters = maxCharacters;
        this.recorded = position;
        this.stored = position;
    }

    /** Consecutive events; {@code position} is that of the last one. */
    record Taken(List<Event> events, long position) {
        public Taken {
            events = List.copyOf(events);
        }
    }

    /** Adds an event; waits, also when interrupted, while the queue is full. */
    void put(Event event) {
        long size = characters(event);
        lock.lock();
        try {
            while (!closed && isFullFor(size)) {
                blocked++;
                notEmpty.signal();
                notFull.awaitUninterruptibly();
                blocked--;
            }
            if (closed) {
                throw new IllegalStateException("the books are closed");
            }
            events.addLast(event);
            characters += size;
            recorded++;
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a batch: until {@code max} events are there, or {@code delay} has passed since the
     * first, or somebody waits for them.
     *
     * @return no events only when the queue is closed and empty
     */
    Taken take(int max, Duration delay) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (events.isEmpty() && !closed) {
                notEmpty.await();
            }
            long left = delay.toNanos();
            while (events.size() < max && !closed && readers == 0 && blocked == 0 && left > 0) {
                left = notEmpty.awaitNanos(left);
            }
            List<Event> taken = new ArrayList<>(Math.min(max, events.size()));
            while (taken.size() < max && !events.isEmpty()) {
                Event event = events.removeFirst();
                characters -= characters(event);
                taken.add(event);
            }
            notFull.signalAll();
            return new Taken(taken, recorded - events.size());
        } finally {
            lock.unlock();
        }
    }

    /** Everything up to {@code position} is stored. */
    void advance(long position) {
        lock.lock();
        try {
            stored = position;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that is recorded now is stored; false if the store stops.
     *
     * @param patience the longest wait without any progress of the store
     */
    boolean awaitStored(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wanted = recorded;
            long seen = stored;
            long left = patience.toNanos();
            readers++;
            try {
                notEmpty.signal();
                while (stored < wanted) {
                    if (stored > seen) {
                        seen = stored;
                        left = patience.toNanos();
                    }
                    if (left <= 0) {
                        return false;
                    }
                    left = advanced.awaitNanos(left);
                }
                return true;
            } finally {
                readers--;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more events; what is there can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Events recorded and not yet stored. */
    long depth() {
        lock.lock();
        try {
            return recorded - stored;
        } finally {
            lock.unlock();
        }
    }

    long stored() {
        lock.lock();
        try {
            return stored;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFullFor(long size) {
        // A single event beyond the bound is let in alone: it would wait for ever otherwise.
        return events.size() >= capacity
                || (!events.isEmpty() && characters + size > maxCharacters);
    }

    /** The texts that may be long; everything else is small beside them. */
    private static long characters(Event event) {
        return switch (event) {
            case Event.StatementStarted e -> e.query().length() + e.metadataJson().length();
            case Event.StatementEnded e -> e.errorMessage().length();
            case Event.SessionStarted e -> e.inputJson().length();
            case Event.SessionEnded e -> e.outputJson().length() + e.errorJson().length();
            case Event.CellStarted _ -> 0;
            case Event.CellEnded e -> e.contentJson().length() + e.errorJson().length();
            case Event.AttemptStarted e -> e.requestJson().length();
            case Event.AttemptEnded e ->
                    e.responseJson().length() + e.toolCallsJson().length() + e.errorJson().length();
            case Event.ToolStarted e -> e.inputJson().length();
            case Event.ToolEnded e -> e.outputJson().length() + e.errorJson().length();
            case Event.AnswerServed e -> e.rowKeyJson().length();
            case Event.StatementEstimated _ -> 0;
            case Event.Noted e -> e.contentJson().length();
        };
    }
}
