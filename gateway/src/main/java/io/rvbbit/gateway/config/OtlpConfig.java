package io.rvbbit.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where spans are sent, from our own configuration and OpenTelemetry's variables.
 *
 * <p>Threading: immutable.
 *
 * @param properties the variables {@code OTEL_…} as the SDK names them: {@code
 *     otel.exporter.otlp.headers}; may hold secrets
 */
public record OtlpConfig(Map<String, String> properties) {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
    private static final String HTTP = "http/protobuf";

    public OtlpConfig {
        properties = Map.copyOf(properties);
    }

    /** Without values, some of which are secret. */
    @Override
    public String toString() {
        return "OtlpConfig" + properties.keySet();
    }

    /** Empty where nothing is exported. */
    static Optional<OtlpConfig> from(ConfigSource source, Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
            }
        });
        ConfigSource.Sourced own = source.value(ConfigKey.OTLP_ENDPOINT);
        String endpoint = GatewayConfig.text(own);
        properties.remove(ENDPOINT);
        if (!endpoint.isEmpty()) {
            checkUrl(own.where(), endpoint);
            properties.put(ENDPOINT, endpoint);
        }
        String traces = properties.getOrDefault(TRACES_ENDPOINT, "");
        if (!traces.isEmpty()) {
            checkUrl(variable(TRACES_ENDPOINT), traces);
        }
        if ((endpoint.isEmpty() && traces.isEmpty()) || isOff(properties)) {
            return Optional.empty();
        }
        properties.putIfAbsent(PROTOCOL, HTTP);
        checkProtocol(
                properties, properties.containsKey(TRACES_PROTOCOL) ? TRACES_PROTOCOL : PROTOCOL);
        return Optional.of(new OtlpConfig(properties));
    }

    private static boolean isOff(Map<String, String> properties) {
        return properties.getOrDefault("otel.sdk.disabled", "").equalsIgnoreCase("true")
                || !properties.getOrDefault("otel.traces.exporter", "otlp").contains("otlp");
    }

    /** The value is not told: somebody may have put a password into it. */
    private static void checkUrl(String where, String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return;
            }
        } catch (URISyntaxException _) {
            // Told below, without the URL.
        }
        throw new ConfigException(where + ": expected a URL such as http://collector:4318");
    }

    private static void checkProtocol(Map<String, String> properties, String name) {
        String protocol = properties.getOrDefault(name, HTTP);
        if (!protocol.equals(HTTP)) {
            throw new ConfigException(
                    variable(name)
                            + ": expected "
                            + HTTP
                            + " (collectors listen for it on port 4318), not \""
                            + protocol
                            + "\"");
        }
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
