package io.rvbbit.tracking;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the brokers delete events that the store has, where they delete nothing by themselves.
 *
 * <p>Only what was stored, and the group told of it, a whole interval ago. Nobody waits for it, and
 * what fails is asked for again at the next interval. Threading: {@link #allow} is any thread, the
 * rest the thread that reads the partitions.
 */
final class KafkaPurge implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPurge.class);

    private final KafkaClients clients;
    private final long intervalNanos;
    private final Map<TopicPartition, Long> stored = new HashMap<>();
    private Map<TopicPartition, Long> before = Map.of();
    private volatile Map<TopicPartition, Long> asked = Map.of();
    private long since = System.nanoTime();
    private volatile boolean allowed;
    private volatile boolean told;
    private @Nullable Admin admin;

    KafkaPurge(KafkaClients clients, Duration interval) {
        this.clients = clients;
        this.intervalNanos = interval.toNanos();
    }

    /** Whether the brokers leave it to us. */
    void allow(boolean purges) {
        allowed = purges;
    }

    /** The store has what lies before this offset, and the group knows it. */
    void stored(TopicPartition partition, long next) {
        stored.put(partition, next);
    }

    /** Another gateway has it. */
    void forget(TopicPartition partition) {
        stored.remove(partition);
    }

    /** Asks for what is due. */
    void run() {
        long now = System.nanoTime();
        if (!allowed || now - since < intervalNanos) {
            return;
        }
        since = now;
        Map<TopicPartition, Long> due = new HashMap<>(before);
        due.keySet().retainAll(stored.keySet());
        due.entrySet().removeAll(asked.entrySet());
        before = Map.copyOf(stored);
        if (due.isEmpty()) {
            return;
        }
        asked = Map.copyOf(due);
        try {
            Admin asking = admin == null ? clients.admin() : admin;
            admin = asking;
            var _ =
                    asking.deleteRecords(
                                    due.entrySet().stream()
                                            .collect(
                                                    Collectors.toMap(
                                                            Map.Entry::getKey,
                                                            entry ->
                                                                    RecordsToDelete.beforeOffset(
                                                                            entry.getValue()))))
                            .all()
                            .whenComplete((_, failure) -> failed(failure));
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (failure == null) {
            told = false;
            return;
        }
        asked = Map.of();
        if (!told) {
            told = true;
            LOG.warn("events that are stored cannot be deleted from Kafka: {}", failure.toString());
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
    }
}
