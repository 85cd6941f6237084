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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
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

    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final KafkaProgress progress;
    private final KafkaRejects rejects;
    private final KafkaPurge purge;
    private final PartitionShare share;
    private final Function<String, EventStore> stores;
    private final TraceOptions traces;
    private final Insistence insistence;
    private final Pace pace;
    private final Thread thread;
    private final Map<TopicPartition, KafkaPartition> partitions = new HashMap<>();
    private volatile @Nullable KafkaSource source;
    private volatile boolean closing;
    private volatile long unconsumed;
    private final AtomicLong lost = new AtomicLong();

    /** {@code stores}: gives the store of a line, named by its log's id, a slash and a number. */
    KafkaIntake(
            KafkaClients clients,
            KafkaTopics topics,
            KafkaProgress progress,
            KafkaRejects rejects,
            KafkaPurge purge,
            PartitionShare share,
            Function<String, EventStore> stores,
            TraceOptions traces,
            Insistence insistence,
            Pace pace) {
        this.clients = clients;
        this.topics = topics;
        this.progress = progress;
        this.rejects = rejects;
        this.purge = purge;
        this.share = share;
        this.stores = stores;
        this.traces = traces;
        this.insistence = insistence;
        this.pace = pace;
        this.thread = Thread.ofPlatform().name("books-intake").daemon().unstarted(this::run);
    }

    /** The store is open and the topics are there. */
    void start() {
        thread.start();
    }

    /**
     * What of our partitions the store does not have: events that are fetched, and records that are
     * not.
     */
    long unconsumed() {
        return unconsumed;
    }

    /** Records that the brokers deleted before they could be read. */
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
        var opened = new KafkaSource(clients.consumer(), partitions, insistence, lost);
        source = opened;
        try {
            opened.join(topics.events(), new Ownership(opened));
            while (!closing) {
                cycle(opened);
            }
        } catch (WakeupException e) {
            LOG.debug("closing", e);
        } finally {
            drop(Set.copyOf(partitions.keySet()));
            source = null;
            opened.close();
            rejects.close();
            purge.close();
        }
        return true;
    }

    private void cycle(KafkaSource open) {
        boolean busy = partitions.values().stream().anyMatch(KafkaPartition::isBusy);
        open.poll(busy ? BUSY : IDLE);
        for (KafkaPartition partition : List.copyOf(partitions.values())) {
            if (!partition.isLost()) {
                advance(open, partition, open.position(partition));
            }
        }
        unconsumed =
                partitions.values().stream()
                        .mapToLong(partition -> partition.events() + open.behind(partition))
                        .sum();
        purge.run();
    }

    private void advance(KafkaSource open, KafkaPartition partition, long position) {
        if (partition.isReady(position, progress.isAwaited(), System.nanoTime(), pace)) {
            storeNext(open, partition);
            return;
        }
        partition.passed(position);
        if (partition.isUncommitted()) {
            progress.stored(partition.name().partition(), partition.next());
            tellStored(open, partition);
        }
    }

    private void storeNext(KafkaSource open, KafkaPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> records = partition.batch(pace);
        if (!partition.isMarked()) {
            long through = records.getLast().offset();
            if (!open.commit(partition, Long.toString(through))) {
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
        if (!partition.isMarked()) {
            // The brokers have lost it meanwhile, and the partition goes on elsewhere.
            return;
        }
        partition.stored(System.nanoTime());
        progress.stored(partition.name().partition(), partition.next());
        tellStored(open, partition);
    }

    private void store(
            KafkaSource open,
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
            KafkaBundle bundle = KafkaBundle.of(record.value());
            if (bundle.unreadable() > 0) {
                boolean _ = asked.until(() -> rejects.setAside(record, bundle));
            }
            if (!bundle.events().isEmpty()) {
                KafkaLine line =
                        partition.line(
                                bundle.origin(),
                                origin ->
                                        KafkaLine.open(storeOf(origin, partition), traces, asked));
                bundle.events().stream()
                        .filter(line::takes)
                        .forEach(event ->
                                taken.computeIfAbsent(line, _ -> new ArrayList<>()).add(event));
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

    private void tellStored(KafkaSource open, KafkaPartition partition) {
        if (open.commit(partition, "")) {
            partition.committed();
            purge.stored(partition.name(), partition.next());
        }
    }

    /** Stays a member of the group while the store is away. */
    private static void rest(KafkaSource open, KafkaPartition partition, Duration pause) {
        open.rest(pause);
        if (partition.isLost()) {
            throw new Abandoned(partition.name() + " is not ours any more");
        }
    }

    private void drop(Collection<TopicPartition> names) {
        for (TopicPartition name : names) {
            KafkaPartition partition = partitions.remove(name);
            if (partition != null) {
                partition.close();
                purge.forget(name);
            }
        }
        share();
    }

    private void share() {
        share.set(
                partitions.keySet().stream()
                        .map(TopicPartition::partition)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** What the group gives and takes; called within a poll. */
    private final class Ownership implements ConsumerRebalanceListener {
        private final KafkaSource open;

        Ownership(KafkaSource open) {
            this.open = open;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> names) {
            for (KafkaPartition partition : open.begin(names)) {
                partitions.put(partition.name(), partition);
                progress.stored(partition.name().partition(), partition.next());
            }
            share();
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
        KafkaSource open = source;
        if (open != null) {
            open.wakeup();
        }
        if (!thread.isAlive()) {
            return;
        }
        try {
            boolean _ = thread.join(pace.drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
