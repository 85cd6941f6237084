package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigKey;
import io.rvbbit.gateway.config.ConfigReader;
import io.rvbbit.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that override the configuration. */
final class ConfigOptions {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "address to listen on")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "PostgreSQL port, 0 for a free one")
    private @Nullable String port;

    @Option(names = "--http-port", paramLabel = "PORT", description = "HTTP port, 0 for a free one")
    private @Nullable String httpPort;

    @Option(names = "--data", paramLabel = "DIR", description = "databases, books and files")
    private @Nullable String data;

    @Option(names = "--root", paramLabel = "DIR", description = "where cascades are looked up")
    private @Nullable String root;

    @Option(names = "--config", paramLabel = "FILE", description = "configuration in YAML")
    private @Nullable Path config;

    GatewayConfig read() {
        return ConfigReader.read(file(), System.getenv(), overrides());
    }

    String describe() {
        return ConfigReader.describe(file(), System.getenv(), overrides());
    }

    /** The same with both ports taken freely, for a gateway inside this process. */
    GatewayConfig readEmbedded() {
        Map<ConfigKey, String> overrides = overrides();
        overrides.put(ConfigKey.HOST, "127.0.0.1");
        overrides.put(ConfigKey.PORT, "0");
        overrides.put(ConfigKey.HTTP_PORT, "0");
        return ConfigReader.read(file(), System.getenv(), overrides);
    }

    private Optional<Path> file() {
        return Optional.ofNullable(config)
                .or(() -> Optional.ofNullable(System.getenv("RVBBIT_CONFIG")).map(Path::of));
    }

    private Map<ConfigKey, String> overrides() {
        Map<ConfigKey, String> overrides = new EnumMap<>(ConfigKey.class);
        put(overrides, ConfigKey.HOST, host);
        put(overrides, ConfigKey.PORT, port);
        put(overrides, ConfigKey.HTTP_PORT, httpPort);
        put(overrides, ConfigKey.DATA, data);
        put(overrides, ConfigKey.ROOT, root);
        return overrides;
    }

    private static void put(
            Map<ConfigKey, String> overrides, ConfigKey key, @Nullable String value) {
        if (value != null) {
            overrides.put(key, value);
        }
    }
}
