package io.rvbbit.tracking;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's clients as they are needed here.
 *
 * <p>Three layers of properties: ours that only pace things, the operator's, and those on which
 * exactness hangs, which nobody overrides. Threading: immutable.
 */
final class KafkaClients {
    /** The largest event, before it is compressed. */
    static final int MOST_BYTES = 64 << 20;

    /** Of what is set aside: such an event, and where it stood. */
    static final int MOST_REJECTED_BYTES = MOST_BYTES + (1 << 20);

    private final KafkaAddress address;

    KafkaClients(KafkaAddress address) {
        this.address = address;
    }

    Admin admin() {
        Map<String, Object> properties = common();
        properties.put("default.api.timeout.ms", "5000");
        properties.put("request.timeout.ms", "3000");
        return Admin.create(properties);
    }

    KafkaProducer<byte[], byte[]> producer() {
        return producer(producerProperties());
    }

    /** For what is set aside. */
    KafkaProducer<byte[], byte[]> rejectsProducer() {
        Map<String, Object> properties = producerProperties();
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, String.valueOf(MOST_REJECTED_BYTES));
        return producer(properties);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, "262144");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
        // So that tracking tells soon that the broker does not answer; what failed is repeated.
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "15000");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(2L * MOST_BYTES));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, String.valueOf(MOST_BYTES));
        properties.putAll(common());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        return properties;
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "3000");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        // A record is up to a megabyte of events.
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "32");
        properties.putAll(common());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, address.group());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        return properties;
    }

    private Map<String, Object> common() {
        Map<String, Object> properties = new HashMap<>(address.properties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address.bootstrap());
        return properties;
    }
}
