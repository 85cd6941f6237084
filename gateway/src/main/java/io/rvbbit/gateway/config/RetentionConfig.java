package io.rvbbit.gateway.config;

import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How long the books are kept, from the configuration. */
final class RetentionConfig {
    private static final int MOST_DAYS = 36_500;

    private RetentionConfig() {}

    static RetentionPolicy from(ConfigSource source) {
        Map<RetainedTable, Integer> days = new EnumMap<>(RetainedTable.class);
        for (RetainedTable table : RetainedTable.values()) {
            ConfigKey key = ConfigKey.valueOf("RETENTION_DAYS_" + table.name());
            days.put(table, (int) GatewayConfig.number(source.value(key), 0, MOST_DAYS));
        }
        String export = GatewayConfig.text(source.value(ConfigKey.RETENTION_EXPORT));
        return new RetentionPolicy(
                GatewayConfig.isOn(source.value(ConfigKey.RETENTION)),
                days,
                export.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Path.of(export).toAbsolutePath().normalize()),
                GatewayConfig.duration(
                        source.value(ConfigKey.RETENTION_INTERVAL), Duration.ofMinutes(1)));
    }
}
