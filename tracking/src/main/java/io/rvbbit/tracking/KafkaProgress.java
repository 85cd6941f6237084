package io.rvbbit.tracking;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/**
 * How far the store is with what this gateway has sent.
 *
 * <p>Of its own partitions the gateway knows that; of those that another one takes to the store,
 * the group's committed offsets tell, which advance after the store has accepted. Threading: any
 * thread.
 */
final class KafkaProgress implements AutoCloseable {
    private static final Duration ASK_AGAIN = Duration.ofMillis(40);

    /** How often a wait may be as long as nothing may move, before it ends though all moves. */
    static final int MOST_PATIENCE = 6;

    private final Brokers brokers;
    private final KafkaTopics topics;
    private final Duration patience;
    private final ConcurrentMap<Integer, Long> sent = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Long> stored = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final ReentrantLock asking = new ReentrantLock();
    private long moves;

    /** What the brokers are asked; one at a time. */
    interface Brokers extends AutoCloseable {
        /** The group's committed offset of each partition that has one. */
        Map<Integer, Long> committed()
                throws ExecutionException, InterruptedException, TimeoutException;

        /** Where each partition ends. */
        Map<Integer, Long> ends() throws ExecutionException, InterruptedException, TimeoutException;

        @Override
        void close();
    }

    /** {@code patience}: how long {@link #awaitSent} waits before it says that nothing moves. */
    KafkaProgress(Brokers brokers, KafkaTopics topics, Duration patience) {
        this.brokers = brokers;
        this.topics = topics;
        this.patience = patience;
    }

    /** The brokers have events of ours at this offset. */
    void sent(int partition, long offset) {
        sent.merge(partition, offset + 1, Math::max);
    }

    /** The store has what lies before this offset. */
    void stored(int partition, long next) {
        lock.lock();
        try {
            stored.merge(partition, next, Math::max);
            moves++;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody waits, so that a batch should not wait for more. */
    boolean isAwaited() {
        return waiting.get() > 0;
    }

    /** As {@link #awaitStored} for what was sent until now, with an exception for false. */
    boolean awaitSent() throws InterruptedException {
        return insisted(awaitStored(patience, patience.multipliedBy(MOST_PATIENCE)));
    }

    /** As {@link #awaitSent}, for all that anybody has sent until now. */
    boolean awaitEverything() throws ExecutionException, InterruptedException, TimeoutException {
        asking.lockInterruptibly();
        try {
            brokers.ends()
                    .forEach((partition, end) -> {
                        if (end > 0) {
                            sent(partition, end - 1);
                        }
                    });
        } finally {
            asking.unlock();
        }
        return awaitSent();
    }

    private static boolean insisted(boolean done) {
        if (!done) {
            throw new KafkaException("nobody takes the events of the last run to the store");
        }
        return true;
    }

    /**
     * Waits until the store has all that was sent until now.
     *
     * @param still how long any partition may stand still before that
     * @param longest the longest wait altogether
     * @return false if it does not have it by then
     */
    boolean awaitStored(Duration still, Duration longest) throws InterruptedException {
        Map<Integer, Long> wanted = Map.copyOf(sent);
        int _ = waiting.incrementAndGet();
        try {
            long began = System.nanoTime();
            long asked = began;
            Map<Integer, Moved> moved = new HashMap<>();
            while (!isStored(wanted)) {
                long now = System.nanoTime();
                if (now - began > longest.toNanos() || standsStill(wanted, moved, still, now)) {
                    return false;
                }
                if (now - asked > ASK_AGAIN.toNanos()) {
                    ask();
                    asked = System.nanoTime();
                } else {
                    rest();
                }
            }
            return true;
        } finally {
            int _ = waiting.decrementAndGet();
        }
    }

    /** How far a partition was when it was last seen to move. */
    private record Moved(long stored, long at) {}

    /** Only partitions that are awaited count, and only until they have what is. */
    private boolean standsStill(
            Map<Integer, Long> wanted, Map<Integer, Moved> moved, Duration still, long now) {
        boolean stands = false;
        for (Map.Entry<Integer, Long> entry : wanted.entrySet()) {
            long reached = storedOf(entry.getKey());
            if (reached >= entry.getValue()) {
                continue;
            }
            Moved last = moved.get(entry.getKey());
            if (last == null || reached > last.stored()) {
                moved.put(entry.getKey(), new Moved(reached, now));
            } else {
                stands |= now - last.at() > still.toNanos();
            }
        }
        return stands;
    }

    private boolean isStored(Map<Integer, Long> wanted) {
        return wanted.entrySet().stream()
                .allMatch(entry -> storedOf(entry.getKey()) >= entry.getValue());
    }

    private long storedOf(int partition) {
        return stored.getOrDefault(partition, 0L);
    }

    /** What was sent and is not known to be stored, for messages; empty if all is. */
    String left() {
        return new TreeMap<>(sent)
                .entrySet().stream()
                        .filter(entry -> storedOf(entry.getKey()) < entry.getValue())
                        .map(entry ->
                                "%s-%d from offset %d to %d"
                                        .formatted(
                                                topics.events(),
                                                entry.getKey(),
                                                storedOf(entry.getKey()),
                                                entry.getValue() - 1))
                        .collect(Collectors.joining(", "));
    }

    private void rest() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long before = moves;
            long left = ASK_AGAIN.toNanos();
            while (moves == before && left > 0) {
                left = advanced.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What it cannot be told is as if it had not moved: the brokers may be away. */
    private void ask() throws InterruptedException {
        if (!asking.tryLock()) {
            rest();
            return;
        }
        try {
            brokers.committed().forEach(this::stored);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            rest();
        } finally {
            asking.unlock();
        }
    }

    @Override
    public void close() {
        asking.lock();
        try {
            brokers.close();
        } finally {
            asking.unlock();
        }
    }
}
