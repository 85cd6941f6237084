package io.rvbbit.gateway.config;

import io.rvbbit.tracking.KafkaAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What events go through to the books, from the configuration. */
final class KafkaConfig {
    private KafkaConfig() {}

    static Optional<KafkaAddress> from(ConfigSource source) {
        ConfigSource.Sourced bootstrap = source.value(ConfigKey.KAFKA_BOOTSTRAP);
        ConfigSource.Sourced prefix = source.value(ConfigKey.KAFKA_TOPIC_PREFIX);
        ConfigSource.Sourced replication = source.value(ConfigKey.KAFKA_REPLICATION);
        int partitions =
                (int) GatewayConfig.number(source.value(ConfigKey.KAFKA_PARTITIONS), 1, 10_000);
        int copies =
                GatewayConfig.text(replication).isEmpty()
                        ? 0
                        : (int) GatewayConfig.number(replication, 1, 100);
        if (GatewayConfig.text(bootstrap).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new KafkaAddress(
                            GatewayConfig.text(bootstrap),
                            GatewayConfig.text(prefix),
                            partitions,
                            copies,
                            GatewayConfig.text(source.value(ConfigKey.KAFKA_GROUP)),
                            properties(source.value(ConfigKey.KAFKA_PROPERTIES_FILE))));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(bootstrap.where() + ": " + e.getMessage());
        }
    }

    private static Map<String, String> properties(ConfigSource.Sourced file) {
        String name = GatewayConfig.text(file);
        if (name.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(name))) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    "%s: cannot read the properties in %s (%s)"
                            .formatted(file.where(), name, e.getClass().getSimpleName()));
        }
        Map<String, String> values = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }
}
