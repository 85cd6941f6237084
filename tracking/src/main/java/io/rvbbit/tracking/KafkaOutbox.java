package io.rvbbit.tracking;

import io.rvbbit.tracking.KafkaBundle.Filling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * <p>A delivery goes in waves. Of one wave each partition gets one bundle, which the brokers take
 * whole or not at all, and the next wave leaves when all of it is acknowledged. So a partition
 * never has a later event without those before it, whatever fails. Threading: one thread at a time.
 */
final class KafkaOutbox implements AutoCloseable {
    /** Of one bundle, unless a single event is larger. */
    private static final int BUNDLE_BYTES = 1 << 20;

    private final KafkaAddress address;
    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final KafkaCheckpoint checkpoint;
    private final KafkaProgress progress;
    private final KafkaPurge purge;
    private final UUID origin;
    private final Deque<Wave> waves = new ArrayDeque<>();
    private int partitions;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaOutbox(
            KafkaAddress address,
            KafkaClients clients,
            KafkaTopics topics,
            KafkaCheckpoint checkpoint,
            KafkaProgress progress,
            KafkaPurge purge,
            UUID origin) {
        this.address = address;
        this.clients = clients;
        this.topics = topics;
        this.checkpoint = checkpoint;
        this.progress = progress;
        this.purge = purge;
        this.origin = origin;
    }

    /** Makes the topics; to be repeated until it succeeds. */
    boolean open() throws IOException, ExecutionException, InterruptedException {
        try (Admin admin = clients.admin()) {
            KafkaTopics.Found found = topics.ensure(admin, address);
            int now = found.partitions();
            purge.allow(found.forEver());
            partitions = checkpoint.partitions(now);
            if (partitions > now) {
                throw new IOException(
                        "the topic %s has %d partitions, but this log's events go into %d"
                                .formatted(topics.events(), now, partitions));
            }
        }
        return true;
    }

    /** What is sent at once. */
    private static final class Wave {
        final Map<Integer, Filling> bundles = new HashMap<>();
        final List<ProducerRecord<byte[], byte[]>> calls = new ArrayList<>();
    }

    /** A new delivery. */
    void begin() {
        waves.clear();
    }

    /** Adds to the delivery what is sent for the event; an unknown caller is empty. */
    void add(LoggedEvent logged, String caller) throws IOException {
        byte[] key = bytes(caller.isEmpty() ? SessionCallers.session(logged.event()) : caller);
        int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
        byte[] event = KafkaBundle.bytes(logged);
        Wave wave = waves.peekLast();
        Filling before = wave == null ? null : wave.bundles.get(partition);
        if (wave == null || (before != null && before.size() + event.length > BUNDLE_BYTES)) {
            wave = new Wave();
            waves.addLast(wave);
        }
        wave.bundles.computeIfAbsent(partition, _ -> new Filling(origin)).add(event);
        if (logged.event() instanceof Event.AttemptStarted started) {
            wave.calls.add(
                    new ProducerRecord<>(
                            topics.callStarted(),
                            bytes(started.requestId()),
                            KafkaCall.started(origin, logged, started, caller)));
        }
        if (logged.event() instanceof Event.AttemptEnded ended) {
            wave.calls.add(
                    new ProducerRecord<>(
                            topics.callEnded(),
                            bytes(ended.requestId()),
                            KafkaCall.ended(origin, logged, ended, caller)));
        }
    }

    /** Sends what is left of it until the brokers have all; to be repeated until it succeeds. */
    boolean send() throws ExecutionException, InterruptedException {
        for (Wave wave = waves.peekFirst(); wave != null; wave = waves.peekFirst()) {
            send(wave);
            waves.removeFirst();
        }
        return true;
    }

    private void send(Wave wave) throws ExecutionException, InterruptedException {
        KafkaProducer<byte[], byte[]> sender = producer == null ? clients.producer() : producer;
        producer = sender;
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(wave.calls);
        wave.bundles.forEach((partition, bundle) ->
                records.add(
                        new ProducerRecord<>(topics.events(), partition, null, bundle.toBytes())));
        try {
            List<Future<RecordMetadata>> replies = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> record : records) {
                replies.add(sender.send(record));
            }
            for (Future<RecordMetadata> reply : replies) {
                RecordMetadata taken = reply.get();
                if (taken.topic().equals(topics.events())) {
                    progress.sent(taken.partition(), taken.offset());
                }
            }
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
