package io.rvbbit.tracking;

import io.rvbbit.tracking.BookWriter.Pace;
import io.rvbbit.tracking.EventStore.Batch;
import io.rvbbit.tracking.Insistence.Abandoned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from Kafka to the store: the share of the partitions that the group gives this
 * gateway.
 *
 * <p>Before a batch is stored the group is told where it ends, with the committed offset; whoever
 * has the partition then, repeats exactly that batch unless the store has it. Only the partition's
 * owner can tell the group, so nobody makes other batches of the same events. Threading: owns the
 * thread {@code books-intake}; the rest is any thread.
 */
final class KafkaIntake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaIntake.class);
    private static final Duration BUSY = Duration.ofMillis(20);
    private static final Duration IDLE = Duration.ofMillis(250);
    private static final Duration LEAVE = Duration.ofSeconds(3);

    private final KafkaClients clients;
    private final String topic;
    private final KafkaProgress progress;
    private final Function<String, EventStore> stores;
    private final Insistence insistence;
    private final Pace pace;
    private final Thread thread;
    private final Map<TopicPartition, KafkaPartition> partitions = new HashMap<>();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closing;
    private volatile int owned;
    private volatile long unconsumed;
    private final AtomicLong lost = new AtomicLong();

    /** {@code stores}: gives the store of a line, named by its log's id, a slash and a number. */
    KafkaIntake(
            KafkaClients clients,
            String topic,
            KafkaProgress progress,
            Function<String, EventStore> stores,
            Insistence insistence,
            Pace pace) {
        this.clients = clients;
        this.topic = topic;
        this.progress = progress;
        this.stores = stores;
        this.insistence = insistence;
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("books-intake").daemon().unstarted(this::run);
    }

    /** The store is open and the topics are there. */
    void start() {
        thread.start();
    }

    /** Partitions that this gateway has. */
    int owned() {
        return owned;
    }

    /** Events in these that the store does not have. */
    long unconsumed() {
        return unconsumed;
    }

    /** Events that were deleted before they could be read, or cannot be understood. */
    long lost() {
        return lost.get();
    }

    private void run() {
        try {
            boolean _ = insistence.until(this::consume);
        } catch (BooksUnavailable e) {
            LOG.debug("the books had to close", e);
        }
    }

    private boolean consume() {
        KafkaConsumer<byte[], byte[]> opened = clients.consumer();
        consumer = opened;
        try {
            opened.subscribe(List.of(topic), new Ownership(opened));
            while (!closing) {
                cycle(opened);
            }
        } catch (WakeupException e) {
            LOG.debug("closing", e);
        } finally {
            drop(Set.copyOf(partitions.keySet()));
            consumer = null;
            opened.close(CloseOptions.timeout(LEAVE));
        }
        return true;
    }

    private void cycle(KafkaConsumer<byte[], byte[]> open) {
        boolean busy =
                partitions.values().stream()
                        .anyMatch(partition -> partition.fetched() > 0 || partition.isMarked());
        take(open.poll(busy ? BUSY : IDLE));
        for (KafkaPartition partition : List.copyOf(partitions.values())) {
            long now = System.nanoTime();
            if (!partition.isLost()
                    && partition.isReady(
                            open.position(partition.name()), progress.isAwaited(), now, pace)) {
                storeNext(open, partition);
            } else if (!partition.isLost() && partition.isUncommitted()) {
                tellStored(open, partition);
            }
        }
        unconsumed =
                partitions.values().stream()
                        .mapToLong(partition ->
                                partition.fetched() + open.currentLag(partition.name()).orElse(0))
                        .sum();
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition name : records.partitions()) {
            KafkaPartition partition = partitions.get(name);
            if (partition != null) {
                lose(partition.add(records.records(name), System.nanoTime()), name);
            }
        }
    }

    private void storeNext(KafkaConsumer<byte[], byte[]> open, KafkaPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> records = partition.batch(pace);
        if (!partition.isMarked()) {
            long through = records.getLast().offset();
            if (!commit(open, partition, Long.toString(through))) {
                return;
            }
            partition.mark(through);
        }
        try {
            store(open, partition, records);
        } catch (Abandoned e) {
            LOG.debug("{} went to another gateway", partition.name(), e);
            return;
        }
        partition.stored(System.nanoTime());
        progress.stored(partition.name().partition(), partition.next());
        tellStored(open, partition);
    }

    private void store(
            KafkaConsumer<byte[], byte[]> open,
            KafkaPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records) {
        KafkaLine.Asked asked =
                new KafkaLine.Asked() {
                    @Override
                    public <T> T until(Insistence.Request<T> request) {
                        return insistence.until(request, pause -> rest(open, partition, pause));
                    }
                };
        Map<KafkaLine, List<LoggedEvent>> taken = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Optional<KafkaEvent> event = event(record);
            if (event.isPresent()) {
                KafkaLine line =
                        partition.line(
                                event.get().origin(),
                                origin -> KafkaLine.open(storeOf(origin, partition), asked));
                if (line.takes(event.get())) {
                    taken.computeIfAbsent(line, _ -> new ArrayList<>()).add(event.get().logged());
                }
            }
        }
        taken.forEach((line, events) -> {
            Batch batch = line.book(events);
            boolean _ = asked.until(() -> line.store(batch));
        });
    }

    private EventStore storeOf(UUID origin, KafkaPartition partition) {
        return stores.apply(origin + "/" + partition.name().partition());
    }

    private Optional<KafkaEvent> event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(KafkaEvent.of(record.value()));
        } catch (KafkaEvent.NewerVersion e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{} at {} is no event", record.topic(), record.offset(), e);
            lose(1, new TopicPartition(record.topic(), record.partition()));
            return Optional.empty();
        }
    }

    private void lose(long events, TopicPartition name) {
        if (events > 0) {
            long _ = lost.addAndGet(events);
            LOG.error("{} events of {} cannot be read, and are lost", events, name);
        }
    }

    private void tellStored(KafkaConsumer<byte[], byte[]> open, KafkaPartition partition) {
        if (commit(open, partition, "")) {
            partition.committed();
        }
    }

    /** False if that may be tried again after the next poll, should the partition still be ours. */
    private boolean commit(
            KafkaConsumer<byte[], byte[]> open, KafkaPartition partition, String mark) {
        try {
            open.commitSync(
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

    /** Stays a member of the group while the store is away. */
    private void rest(
            KafkaConsumer<byte[], byte[]> open, KafkaPartition partition, Duration pause) {
        open.pause(open.assignment());
        take(open.poll(pause));
        open.resume(open.assignment());
        if (partition.isLost()) {
            throw new Abandoned(partition.name() + " is not ours any more");
        }
    }

    private void drop(Collection<TopicPartition> names) {
        for (TopicPartition name : names) {
            KafkaPartition partition = partitions.remove(name);
            if (partition != null) {
                partition.close();
            }
        }
        owned = partitions.size();
    }

    /** What the group gives and takes; called within a poll. */
    private final class Ownership implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> open;

        Ownership(KafkaConsumer<byte[], byte[]> open) {
            this.open = open;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> names) {
            Map<TopicPartition, OffsetAndMetadata> committed = open.committed(Set.copyOf(names));
            for (TopicPartition name : names) {
                OffsetAndMetadata last = committed.get(name);
                KafkaPartition partition =
                        last == null
                                ? new KafkaPartition(name, open.position(name), "")
                                : new KafkaPartition(name, last.offset(), last.metadata());
                partitions.put(name, partition);
                progress.stored(name.partition(), partition.next());
            }
            owned = partitions.size();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> names) {
            drop(names);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> names) {
            drop(names);
        }
    }

    /** Ends the thread and leaves the group; a batch under way is repeated by the next owner. */
    @Override
    public void close() {
        closing = true;
        insistence.giveUp();
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            thread.join(pace.drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
