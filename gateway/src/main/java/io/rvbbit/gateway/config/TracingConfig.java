package io.rvbbit.gateway.config;

/**
 * What is traced, from the configuration. Threading: immutable.
 *
 * @param stored whether the books keep spans
 */
public record TracingConfig(boolean stored) {
    static TracingConfig from(ConfigSource source) {
        return new TracingConfig(GatewayConfig.isOn(source.value(ConfigKey.DB_TRACING)));
    }
}
