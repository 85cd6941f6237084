package io.rvbbit.gateway.config;

import io.rvbbit.tracking.trace.TraceLimits;
import java.time.Duration;

/**
 * What is traced, from the configuration. Threading: immutable.
 *
 * @param stored whether the books keep spans
 * @param limits what diagnosis takes for a fault
 */
public record TracingConfig(boolean stored, TraceLimits limits) {
    static TracingConfig from(ConfigSource source) {
        return new TracingConfig(
                GatewayConfig.isOn(source.value(ConfigKey.DB_TRACING)),
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
