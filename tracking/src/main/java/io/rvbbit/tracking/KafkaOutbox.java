package io.rvbbit.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Sends deliveries of one log's events, each wholly acknowledged or repeated.
 *
 * <p>Each event names the one before it in the same delivery and partition. So whoever reads them
 * knows when one is missing, because the brokers took later ones of a delivery that failed, and
 * waits for the repetition. Threading: one thread at a time.
 */
final class KafkaOutbox implements AutoCloseable {
    private final KafkaAddress address;
    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final KafkaCheckpoint checkpoint;
    private final KafkaProgress progress;
    private final UUID origin;
    private final Map<Integer, Long> newest = new HashMap<>();
    private int partitions;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaOutbox(
            KafkaAddress address,
            KafkaClients clients,
            KafkaTopics topics,
            KafkaCheckpoint checkpoint,
            KafkaProgress progress,
            UUID origin) {
        this.address = address;
        this.clients = clients;
        this.topics = topics;
        this.checkpoint = checkpoint;
        this.progress = progress;
        this.origin = origin;
    }

    /** Makes the topics; to be repeated until it succeeds. */
    boolean open() throws IOException, ExecutionException, InterruptedException {
        try (Admin admin = clients.admin()) {
            int now = topics.ensure(admin, address);
            partitions = checkpoint.partitions(now);
            if (partitions > now) {
                throw new IOException(
                        "the topic %s has %d partitions, but this log's events go into %d"
                                .formatted(topics.events(), now, partitions));
            }
        }
        return true;
    }

    /** A new delivery. */
    void begin() {
        newest.clear();
    }

    /** Puts into {@code delivery} what is sent for the event; an unknown caller is empty. */
    void add(LoggedEvent logged, String caller, List<ProducerRecord<byte[], byte[]>> delivery)
            throws IOException {
        byte[] key = bytes(caller.isEmpty() ? SessionCallers.session(logged.event()) : caller);
        int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
        Long before = newest.put(partition, logged.position());
        KafkaEvent event = new KafkaEvent(origin, before == null ? 0 : before, logged);
        delivery.add(new ProducerRecord<>(topics.events(), partition, key, event.toBytes()));
        if (logged.event() instanceof Event.AttemptStarted started) {
            delivery.add(
                    new ProducerRecord<>(
                            topics.callStarted(),
                            bytes(started.requestId()),
                            KafkaCall.started(origin, logged, started, caller)));
        }
        if (logged.event() instanceof Event.AttemptEnded ended) {
            delivery.add(
                    new ProducerRecord<>(
                            topics.callEnded(),
                            bytes(ended.requestId()),
                            KafkaCall.ended(origin, logged, ended, caller)));
        }
    }

    /** Sends it and waits until the brokers have all of it; to be repeated until it succeeds. */
    boolean send(List<ProducerRecord<byte[], byte[]>> delivery)
            throws ExecutionException, InterruptedException {
        KafkaProducer<byte[], byte[]> sender = producer == null ? clients.producer() : producer;
        producer = sender;
        try {
            List<Future<RecordMetadata>> replies = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> record : delivery) {
                replies.add(sender.send(record));
            }
            for (Future<RecordMetadata> reply : replies) {
                RecordMetadata taken = reply.get();
                if (taken.topic().equals(topics.events())) {
                    progress.sent(taken.partition(), taken.offset());
                }
            }
            return true;
        } catch (ExecutionException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The brokers have everything up to this position. */
    void advance(long through) throws IOException {
        checkpoint.advance(through);
    }

    /** What is on its way is given up. */
    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
