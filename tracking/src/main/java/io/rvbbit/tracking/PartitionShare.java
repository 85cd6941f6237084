package io.rvbbit.tracking;

import java.util.Set;

/**
 * Which partitions of Kafka's the group has given this gateway; none without Kafka.
 *
 * <p>Threading: any thread.
 */
final class PartitionShare {
    private volatile Set<Integer> partitions = Set.of();

    void set(Set<Integer> given) {
        partitions = Set.copyOf(given);
    }

    int size() {
        return partitions.size();
    }

    boolean has(int partition) {
        return partitions.contains(partition);
    }
}
