package io.rvbbit.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets records aside that cannot be read, whole, in a topic of their own.
 *
 * <p>The key says where a record stood, so that one that is set aside twice, because its batch is
 * repeated, is known to be the same. Threading: the thread that reads the partitions; {@link
 * #count} is any thread.
 */
final class KafkaRejects implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRejects.class);

    private final KafkaClients clients;
    private final String topic;
    private final AtomicLong count = new AtomicLong();
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaRejects(KafkaClients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    /** Events set aside since the start. */
    long count() {
        return count.get();
    }

    /** Returns when the brokers have it; to be repeated until it succeeds. */
    boolean setAside(ConsumerRecord<byte[], byte[]> record, KafkaBundle bundle)
            throws ExecutionException, InterruptedException {
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        ProducerRecord<byte[], byte[]> rejected =
                new ProducerRecord<>(topic, place.getBytes(UTF_8), record.value());
        rejected.headers()
                .add("topic", record.topic().getBytes(UTF_8))
                .add("partition", Integer.toString(record.partition()).getBytes(UTF_8))
                .add("offset", Long.toString(record.offset()).getBytes(UTF_8))
                .add("events", Integer.toString(bundle.unreadable()).getBytes(UTF_8))
                .add("reason", bundle.why().getBytes(UTF_8));
        KafkaProducer<byte[], byte[]> sender =
                producer == null ? clients.rejectsProducer() : producer;
        producer = sender;
        try {
            var _ = sender.send(rejected).get();
        } catch (ExecutionException | RuntimeException e) {
            close();
            throw e;
        }
        long _ = count.addAndGet(bundle.unreadable());
        LOG.error(
                "{} events of topic {}, partition {}, offset {} cannot be read, and are set aside in"
                        + " {}: {}",
                bundle.unreadable(),
                record.topic(),
                record.partition(),
                record.offset(),
                topic,
                bundle.why());
        return true;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
