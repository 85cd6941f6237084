package io.rvbbit.gateway.config;

import io.rvbbit.tracking.trace.TraceLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is traced, from the configuration. Threading: immutable.
 *
 * @param stored whether the books keep spans
 * @param otlp where they are sent; empty: nowhere
 * @param limits what diagnosis takes for a fault
 */
public record TracingConfig(boolean stored, Optional<OtlpConfig> otlp, TraceLimits limits) {
    static TracingConfig from(ConfigSource source, Map<String, String> environment) {
        return new TracingConfig(
                GatewayConfig.isOn(source.value(ConfigKey.DB_TRACING)),
                OtlpConfig.from(source, environment),
                new TraceLimits(
                        GatewayConfig.number(source.value(ConfigKey.TRACE_SLOW_FACTOR), 2, 1_000),
                        duration(source, ConfigKey.TRACE_SLOW_LEAST),
                        duration(source, ConfigKey.TRACE_GAP),
                        duration(source, ConfigKey.TRACE_NETWORK_TIMEOUT),
                        duration(source, ConfigKey.TRACE_DEGRADATION)));
    }

    private static Duration duration(ConfigSource source, ConfigKey key) {
        return GatewayConfig.duration(source.value(key), Duration.ofMillis(1));
    }
}
