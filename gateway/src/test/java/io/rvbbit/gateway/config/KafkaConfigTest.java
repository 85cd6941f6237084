package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.tracking.KafkaAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConfigTest {
    @TempDir Path directory;

    @Test
    void kafka_is_off_unless_its_brokers_are_named() throws IOException {
        assertThat(read("").kafka()).isEmpty();

        Path properties =
                Files.writeString(
                        directory.resolve("kafka.properties"),
                        "security.protocol=SASL_SSL\nsasl.jaas.config=sesame\n");
        GatewayConfig config =
                ConfigReader.read(
                        Optional.empty(),
                        Map.of(
                                "RVBBIT_KAFKA_BOOTSTRAP", "a:9092,[::1]:9093",
                                "RVBBIT_KAFKA_REPLICATION", "3",
                                "RVBBIT_KAFKA_PROPERTIES_FILE", properties.toString()),
                        Map.of());
        assertThat(config.kafka())
                .contains(
                        new KafkaAddress(
                                "a:9092,[::1]:9093",
                                "rvbbit",
                                6,
                                3,
                                "rvbbit-books",
                                Map.of(
                                        "security.protocol", "SASL_SSL",
                                        "sasl.jaas.config", "sesame")));
        assertThat(config.kafka().toString()).doesNotContain("sesame");
    }

    @Test
    void what_kafka_cannot_use_is_refused_at_the_start() {
        assertThat(refused("kafka-bootstrap: nowhere")).hasMessageContaining("host:port");
        assertThat(refused("kafka-bootstrap: 'a:1'\nkafka-topic-prefix: a b"))
                .hasMessageContaining("topic prefix");
        assertThat(refused("kafka-partitions: 0")).hasMessageContaining("from 1 to 10000");
        assertThat(refused("kafka-bootstrap: 'a:1'\nkafka-properties-file: /nowhere/at/all"))
                .hasMessageContaining("/nowhere/at/all");
    }

    private GatewayConfig read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), text);
        return ConfigReader.read(Optional.of(file), Map.of(), Map.of());
    }

    private ConfigException refused(String text) {
        return catchThrowableOfType(ConfigException.class, () -> read(text));
    }
}
