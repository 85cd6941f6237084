package io.rvbbit.gateway.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The limits of the HTTP port. Each component is documented at its {@link ConfigKey}.
 *
 * @param hosts names in lower case, without a port
 * @param requestBytes of a request's body
 * @param resultBytes of a result that is not streamed
 */
public record HttpConfig(
        List<String> hosts,
        int requestBytes,
        int resultBytes,
        Duration timeout,
        int maxSessions,
        Duration sessionIdle) {
    private static final long MOST_BYTES = 1_000_000_000L;

    public HttpConfig {
        hosts = List.copyOf(hosts);
    }

    static HttpConfig from(ConfigSource source) {
        return new HttpConfig(
                hosts(source.value(ConfigKey.HTTP_HOSTS)),
                (int) GatewayConfig.bytes(source.value(ConfigKey.HTTP_MAX_REQUEST), MOST_BYTES),
                (int) GatewayConfig.bytes(source.value(ConfigKey.HTTP_MAX_RESULT), MOST_BYTES),
                GatewayConfig.duration(source.value(ConfigKey.HTTP_TIMEOUT), Duration.ofMillis(1)),
                (int) GatewayConfig.number(source.value(ConfigKey.HTTP_MAX_SESSIONS), 1, 10_000),
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
}
