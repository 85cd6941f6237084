package io.rvbbit.gateway.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The limits of the HTTP port. Each component is documented at its {@link ConfigKey}.
 *
 * @param hosts names in lower case, without a port
 * @param corsOrigins as browsers write them, in lower case
 * @param requestBytes of a request's body
 * @param resultBytes of a result that is not streamed
 */
public record HttpConfig(
        List<String> hosts,
        List<String> corsOrigins,
        int requestBytes,
        int resultBytes,
        Duration timeout,
        Duration clientTimeout,
        int maxSessions,
        int maxConnections,
        Duration sessionIdle) {
    private static final long MOST_BYTES = 1_000_000_000L;

    public HttpConfig {
        hosts = List.copyOf(hosts);
        corsOrigins = List.copyOf(corsOrigins);
    }

    static HttpConfig from(ConfigSource source) {
        return new HttpConfig(
                hosts(source.value(ConfigKey.HTTP_HOSTS)),
                origins(source.value(ConfigKey.HTTP_CORS_ORIGINS)),
                (int) GatewayConfig.bytes(source.value(ConfigKey.HTTP_MAX_REQUEST), MOST_BYTES),
                (int) GatewayConfig.bytes(source.value(ConfigKey.HTTP_MAX_RESULT), MOST_BYTES),
                GatewayConfig.duration(source.value(ConfigKey.HTTP_TIMEOUT), Duration.ofMillis(1)),
                GatewayConfig.duration(
                        source.value(ConfigKey.HTTP_CLIENT_TIMEOUT), Duration.ofMillis(1)),
                (int) GatewayConfig.number(source.value(ConfigKey.HTTP_MAX_SESSIONS), 1, 10_000),
                (int)
                        GatewayConfig.number(
                                source.value(ConfigKey.HTTP_MAX_CONNECTIONS), 1, 1_000_000),
                GatewayConfig.duration(
                        source.value(ConfigKey.HTTP_SESSION_IDLE), Duration.ofMillis(1)));
    }

    private static List<String> hosts(ConfigSource.Sourced sourced) {
        List<String> hosts = new ArrayList<>();
        for (Object element : GatewayConfig.list(sourced)) {
            String host = String.valueOf(element).strip().toLowerCase(Locale.ROOT);
            if (!host.matches("[a-z0-9._-]+|\\[[0-9a-f:.]+]")) {
                throw GatewayConfig.wrong(
                        sourced, "names such as [gateway.example.org], without a port");
            }
            hosts.add(host);
        }
        return hosts;
    }

    private static List<String> origins(ConfigSource.Sourced sourced) {
        List<String> origins = new ArrayList<>();
        for (Object element : GatewayConfig.list(sourced)) {
            String origin = String.valueOf(element).strip().toLowerCase(Locale.ROOT);
            if (!origin.matches("https?://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?")) {
                throw GatewayConfig.wrong(
                        sourced, "origins such as [https://app.example.org], without a path");
            }
            origins.add(origin);
        }
        return origins;
    }
}
