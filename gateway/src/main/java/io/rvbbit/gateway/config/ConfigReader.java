package io.rvbbit.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads file, environment and command line into one configuration. Threading: stateless. */
public final class ConfigReader {
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?<=:)//[^/@\\s]*@");

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
                    "%s: %s  # %s\n"
                            .formatted(key.fileName(), yaml(sourced.value()), sourced.where()));
        }
        for (String variable : new String[] {"OPENAI_BASE_URL", "OPENAI_API_KEY"}) {
            String value = environment.getOrDefault(variable, "");
            String shown = value.isEmpty() ? "not set" : variable.endsWith("KEY") ? "set" : value;
            text.append("# %s: %s\n".formatted(variable, shown));
        }
        return PASSWORD_IN_URL.matcher(text).replaceAll("//***@");
    }

    /** JSON is YAML, too. */
    private static String yaml(Object value) {
        if (value instanceof String text) {
            return text.isEmpty() ? "\"\"" : text;
        }
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lists, maps and strings have a text", e);
        }
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
