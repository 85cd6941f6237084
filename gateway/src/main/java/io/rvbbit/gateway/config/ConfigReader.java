package io.rvbbit.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads file, environment and command line into one configuration. Threading: stateless. */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * @param file the configuration file, if one was named
     * @param overrides what the command line says, in the file's form
     * @throws ConfigException naming file and line, variable or option
     */
    public static GatewayConfig read(
            Optional<Path> file,
            Map<String, String> environment,
            Map<ConfigKey, String> overrides) {
        return GatewayConfig.from(source(file, environment, overrides), environment);
    }

    /** Every key with its effective value and where it was set. */
    public static String describe(
            Optional<Path> file,
            Map<String, String> environment,
            Map<ConfigKey, String> overrides) {
        ConfigSource source = source(file, environment, overrides);
        StringBuilder text = new StringBuilder();
        for (ConfigKey key : ConfigKey.values()) {
            ConfigSource.Sourced sourced = source.value(key);
            text.append(
                    "%s: %s  # %s%n"
                            .formatted(key.fileName(), shown(key, sourced), sourced.where()));
        }
        for (String variable : new String[] {"OPENAI_BASE_URL", "OPENAI_API_KEY"}) {
            String value = environment.getOrDefault(variable, "");
            String shown =
                    value.isEmpty()
                            ? "not set"
                            : variable.endsWith("KEY") ? "set" : withoutUser(value);
            text.append("# %s: %s%n".formatted(variable, shown));
        }
        return text.toString();
    }

    private static String shown(ConfigKey key, ConfigSource.Sourced sourced) {
        boolean secret =
                (key == ConfigKey.CLICKHOUSE_PASSWORD || key == ConfigKey.AI_FALLBACK_WEBHOOK)
                        && !sourced.value().equals("");
        return secret ? "***" : shown(sourced.value());
    }

    /** As it would stand in the file, but without what a provider's entry may hold of secrets. */
    private static String shown(Object value) {
        return switch (value) {
            case Map<?, ?> entry ->
                    entry.entrySet().stream()
                            .map(pair -> pair.getKey() + ": " + shownAt(pair))
                            .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list ->
                    list.stream()
                            .map(ConfigReader::shown)
                            .collect(Collectors.joining(", ", "[", "]"));
            default -> withoutUser(value.toString());
        };
    }

    private static String shownAt(Map.Entry<?, ?> pair) {
        // A key that providers don't know is refused at the start; it may hold an API key.
        String key = String.valueOf(pair.getKey());
        boolean open =
                ModelEndpoints.knows(key)
                        || SecurityConfig.shows(key)
                        || BudgetConfig.knows(key)
                        || McpConfig.shows(key);
        return open ? shown(pair.getValue()) : "***";
    }

    private static String withoutUser(String url) {
        return url.replaceAll("://[^/@]*@", "://***@");
    }

    private static ConfigSource source(
            Optional<Path> file,
            Map<String, String> environment,
            Map<ConfigKey, String> overrides) {
        ConfigSource source = new ConfigSource();
        file.ifPresent(source::readFile);
        source.readEnvironment(environment);
        overrides.forEach((key, value) -> source.override(key, value, "--" + key.fileName()));
        return source;
    }
}
