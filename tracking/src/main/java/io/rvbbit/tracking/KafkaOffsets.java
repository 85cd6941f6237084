package io.rvbbit.tracking;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers how far the group is with the topic of events.
 *
 * <p>Threading: one thread at a time.
 */
final class KafkaOffsets implements KafkaProgress.Brokers {
    private static final long ANSWER_MILLIS = 5_000;

    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final String group;
    private @Nullable Admin admin;

    KafkaOffsets(KafkaClients clients, KafkaTopics topics, String group) {
        this.clients = clients;
        this.topics = topics;
        this.group = group;
    }

    @Override
    public Map<Integer, Long> committed()
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<Integer, Long> committed = new HashMap<>();
        asked().listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(topics.events())) {
                        committed.put(partition.partition(), offset.offset());
                    }
                });
        return committed;
    }

    @Override
    public Map<Integer, Long> ends()
            throws ExecutionException, InterruptedException, TimeoutException {
        int partitions = topics.partitions(asked());
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(topics.events(), partition), OffsetSpec.latest());
        }
        Map<Integer, Long> ends = new HashMap<>();
        asked().listOffsets(asked)
                .all()
                .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
        return ends;
    }

    private Admin asked() {
        if (admin == null) {
            admin = clients.admin();
        }
        return admin;
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
    }
}
