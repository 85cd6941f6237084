package io.rvbbit.tracking;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far the store is with what this gateway has sent.
 *
 * <p>Of its own partitions the gateway knows that; of those that another one takes to the store,
 * the group's committed offsets tell, which advance after the store has accepted. Threading: any
 * thread.
 */
final class KafkaProgress implements AutoCloseable {
    private static final Duration ASK_AGAIN = Duration.ofMillis(40);

    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final String topic;
    private final String group;
    private final Duration patience;
    private final ConcurrentMap<Integer, Long> sent = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Long> stored = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final ReentrantLock asking = new ReentrantLock();
    private long moves;
    private @Nullable Admin admin;

    /** {@code patience}: how long {@link #awaitSent} waits before it says that nothing moves. */
    KafkaProgress(KafkaClients clients, KafkaTopics topics, String group, Duration patience) {
        this.clients = clients;
        this.topics = topics;
        this.topic = topics.events();
        this.group = group;
        this.patience = patience;
    }

    /** The brokers have an event of ours at this offset. */
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
        return insisted(awaitStored(patience));
    }

    /** As {@link #awaitSent}, for all that anybody has sent until now. */
    boolean awaitEverything() throws ExecutionException, InterruptedException {
        asking.lockInterruptibly();
        try {
            int partitions = topics.partitions(asked());
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int partition = 0; partition < partitions; partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
            asked().listOffsets(ends)
                    .all()
                    .get()
                    .forEach((partition, end) -> {
                        if (end.offset() > 0) {
                            sent(partition.partition(), end.offset() - 1);
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
     * @return false if nothing moved for so long
     */
    boolean awaitStored(Duration longest) throws InterruptedException {
        Map<Integer, Long> wanted = Map.copyOf(sent);
        int _ = waiting.incrementAndGet();
        try {
            long seen = -1;
            long since = System.nanoTime();
            long asked = since;
            while (!isStored(wanted)) {
                long sum = stored.values().stream().mapToLong(Long::longValue).sum();
                long now = System.nanoTime();
                if (sum > seen) {
                    seen = sum;
                    since = now;
                }
                if (now - since > longest.toNanos()) {
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

    private boolean isStored(Map<Integer, Long> wanted) {
        return wanted.entrySet().stream()
                .allMatch(entry ->
                        stored.getOrDefault(entry.getKey(), 0L) >= (long) entry.getValue());
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
            Map<TopicPartition, OffsetAndMetadata> committed =
                    asked().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            committed.forEach((partition, offset) -> {
                if (offset != null && partition.topic().equals(topic)) {
                    stored(partition.partition(), offset.offset());
                }
            });
        } catch (ExecutionException | KafkaException e) {
            rest();
        } finally {
            asking.unlock();
        }
    }

    private Admin asked() {
        if (admin == null) {
            admin = clients.admin();
        }
        return admin;
    }

    @Override
    public void close() {
        asking.lock();
        try {
            if (admin != null) {
                admin.close(Duration.ZERO);
                admin = null;
            }
        } finally {
            asking.unlock();
        }
    }
}
