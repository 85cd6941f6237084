package io.rvbbit.gateway.telemetry;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The standard variables as the SDK asks for them: {@code OTEL_EXPORTER_OTLP_TIMEOUT} is {@code
 * otel.exporter.otlp.timeout}. What it cannot use is told without its value, which may be secret.
 *
 * <p>Threading: immutable.
 */
final class OtlpProperties implements ConfigProperties {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d)?");

    private final Map<String, String> values;

    OtlpProperties(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    @Override
    public @Nullable String getString(String name) {
        String value = values.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private <T> @Nullable T parsed(String name, String expected, Function<String, T> parser) {
        String value = getString(name);
        try {
            return value == null ? null : parser.apply(value);
        } catch (IllegalArgumentException _) {
            throw new ConfigurationException(variable(name) + ": expected " + expected);
        }
    }

    private static String variable(String name) {
        return name.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public @Nullable Boolean getBoolean(String name) {
        String value = getString(name);
        return value == null ? null : Boolean.valueOf(value.equalsIgnoreCase("true"));
    }

    @Override
    public @Nullable Integer getInt(String name) {
        return parsed(name, "a whole number", Integer::valueOf);
    }

    @Override
    public @Nullable Long getLong(String name) {
        return parsed(name, "a whole number", Long::valueOf);
    }

    @Override
    public @Nullable Double getDouble(String name) {
        return parsed(name, "a number", Double::valueOf);
    }

    @Override
    public @Nullable Duration getDuration(String name) {
        return parsed(
                name,
                "milliseconds, or a number with ms, s, m, h or d",
                text -> {
                    Matcher matcher = DURATION.matcher(text);
                    if (!matcher.matches()) {
                        throw new IllegalArgumentException(name);
                    }
                    long number = Long.parseLong(matcher.group(1));
                    return switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        case null, default -> Duration.ofMillis(number);
                    };
                });
    }

    @Override
    public List<String> getList(String name) {
        String value = getString(name);
        return value == null
                ? List.of()
                : Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(one -> !one.isEmpty())
                        .toList();
    }

    @Override
    public Map<String, String> getMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : getList(name)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ConfigurationException(
                        variable(name) + ": expected name=value, with commas between them");
            }
            map.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        return map;
    }

    /** What the SDK says is wrong, without what headers and endpoints hold. */
    String withoutSecrets(Throwable refusal) {
        String message = String.valueOf(refusal.getMessage());
        for (Map.Entry<String, String> one : values.entrySet()) {
            if (one.getKey().endsWith(".headers") && !one.getValue().isBlank()) {
                for (String pair : one.getValue().split(",", -1)) {
                    String value = pair.substring(pair.indexOf('=') + 1).strip();
                    message = value.isEmpty() ? message : message.replace(value, "***");
                }
            }
        }
        return message.replaceAll("://[^/@]*@", "://***@");
    }
}
