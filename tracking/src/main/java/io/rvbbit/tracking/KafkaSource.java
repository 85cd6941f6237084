package io.rvbbit.tracking;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This gateway's membership in the group, and what the group knows of its partitions.
 *
 * <p>Where a partition's next record is not there any more, Kafka says so, and what the brokers
 * have deleted is counted. Any other gap between two offsets is none: nothing but what Kafka writes
 * for itself ever stood there. Threading: the thread that reads the partitions; {@link #wakeup} is
 * any thread.
 */
final class KafkaSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration LEAVE = Duration.ofSeconds(3);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, KafkaPartition> partitions;
    private final Insistence insistence;
    private final AtomicLong lost;

    /**
     * @param partitions those that are ours, kept so by the {@code listener} of {@link #join}
     * @param lost counts what was deleted before it was read
     */
    KafkaSource(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, KafkaPartition> partitions,
            Insistence insistence,
            AtomicLong lost) {
        this.consumer = consumer;
        this.partitions = partitions;
        this.insistence = insistence;
        this.lost = lost;
    }

    void join(String topic, ConsumerRebalanceListener listener) {
        consumer.subscribe(List.of(topic), listener);
    }

    /** What the group knows of partitions that it has just given us. */
    List<KafkaPartition> begin(Collection<TopicPartition> names) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(names));
        return names.stream()
                .map(name -> {
                    OffsetAndMetadata last = committed.get(name);
                    if (last != null) {
                        return new KafkaPartition(name, last.offset(), last.metadata());
                    }
                    long first = first(name);
                    consumer.seek(name, first);
                    return new KafkaPartition(name, first, "");
                })
                .toList();
    }

    /** Fetches what there is into the partitions. */
    void poll(Duration longest) {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(longest);
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::resume);
            return;
        }
        for (TopicPartition name : records.partitions()) {
            KafkaPartition partition = partitions.get(name);
            if (partition != null) {
                partition.add(records.records(name), System.nanoTime());
            }
        }
    }

    /** As {@link #poll}, and fetches nothing: for a member that has enough for now. */
    void rest(Duration pause) {
        consumer.pause(consumer.assignment());
        poll(pause);
        consumer.resume(consumer.assignment());
    }

    /** The offset that is fetched next. */
    long position(KafkaPartition partition) {
        return consumer.position(partition.name());
    }

    /** Records of it that are not fetched, as far as is known. */
    long behind(KafkaPartition partition) {
        return consumer.currentLag(partition.name()).orElse(0);
    }

    private void resume(TopicPartition name, long wanted) {
        KafkaPartition partition = partitions.get(name);
        if (partition == null) {
            return;
        }
        long first = first(name);
        if (first > wanted) {
            long _ = lost.addAndGet(first - wanted);
            LOG.error(
                    "the brokers have deleted the records {} to {} of {} before they were stored",
                    wanted,
                    first - 1,
                    name);
        } else {
            LOG.error(
                    "the brokers have lost the records of {} from {} on; all that they have is read"
                            + " again, and what is stored already is left out",
                    name,
                    wanted);
        }
        partition.skipTo(first);
        consumer.seek(name, first);
    }

    private long first(TopicPartition name) {
        return consumer.beginningOffsets(Set.of(name)).getOrDefault(name, 0L);
    }

    /**
     * Tells the group where the partition's next batch begins, and in the mark where it ends.
     *
     * @return false if that may be tried again after the next poll, should it still be ours
     */
    boolean commit(KafkaPartition partition, String mark) {
        try {
            consumer.commitSync(
                    Map.of(
                            partition.name(),
                            new OffsetAndMetadata(partition.next(), Optional.empty(), mark)));
            return true;
        } catch (RebalanceInProgressException | CommitFailedException e) {
            LOG.debug("the group is being put together anew", e);
            return false;
        } catch (TimeoutException e) {
            insistence.refused(e);
            return false;
        }
    }

    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(LEAVE));
    }
}
