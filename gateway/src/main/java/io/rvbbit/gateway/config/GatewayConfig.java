package io.rvbbit.gateway.config;

import io.rvbbit.tracking.ClickHouseAddress;
import io.rvbbit.tracking.KafkaAddress;
import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.retention.RetentionPolicy;
import io.rvbbit.udf.web.WebAccess;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The whole configuration, checked. Each component is documented at its {@link ConfigKey}.
 *
 * @param security who may connect, and how
 * @param roots directories in which cascades are looked up, in order
 * @param journalBytes what the journals of ended statements may take on disk
 * @param cacheBytes what stored answers may take on disk
 * @param trackingLogBytes of events that may wait for the books' store
 * @param cacheTtl empty: an answer of any age is served
 * @param clickHouse what keeps the books; empty: a file in {@code data}
 * @param web what cascades may do over HTTP
 * @param mcpServers whose tools models may call; see {@link McpConfig}
 * @param kafka what events go through to the books; empty: nothing
 * @param fallbackWebhook where fallbacks are posted; empty: nowhere
 * @param environment the variables named {@code OPENAI_…}, and those that providers name for keys
 */
public record GatewayConfig(
        InetAddress host,
        int port,
        int httpPort,
        HttpConfig http,
        Path data,
        List<Path> roots,
        List<Path> allowDirectories,
        SecurityConfig security,
        int maxConnections,
        long maxRows,
        int parallel,
        int maxCallsInFlight,
        Duration callTimeout,
        int callAttempts,
        Duration journalAge,
        long journalBytes,
        long cacheBytes,
        Optional<Duration> cacheTtl,
        long trackingLogBytes,
        Duration trackingMaxStall,
        CompletionPolicy completion,
        RetentionPolicy retention,
        TracingConfig tracing,
        String memoryLimit,
        String tempLimit,
        Duration shutdownTimeout,
        String model,
        List<ConfigEntry> providers,
        List<ConfigEntry> fallbacks,
        List<ConfigEntry> prices,
        MissingFunctionsConfig missingFunctions,
        BudgetConfig budgets,
        Optional<ClickHouseAddress> clickHouse,
        Optional<KafkaAddress> kafka,
        Optional<URI> fallbackWebhook,
        WebAccess web,
        List<ConfigEntry> mcpServers,
        Map<String, String> environment) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6}(\\.\\d+)?)\\s?([KMGT]i?B)");
    private static final BigDecimal LEAST_CACHE = BigDecimal.valueOf(16_000_000);

    public GatewayConfig {
        roots = List.copyOf(roots);
        allowDirectories = List.copyOf(allowDirectories);
        providers = List.copyOf(providers);
        fallbacks = List.copyOf(fallbacks);
        prices = List.copyOf(prices);
        mcpServers = List.copyOf(mcpServers);
        environment = Map.copyOf(environment);
        if (!host.isLoopbackAddress() && security.users().isEmpty()) {
            throw new ConfigException(
                    "host "
                            + host.getHostAddress()
                            + " is not a loopback address: without users everybody who reaches the port could read the data and"
                            + " spend money, so the server refuses to start; configure users, or use 127.0.0.1 or ::1");
        }
    }

    /** Without providers and environment, which may hold secrets. */
    @Override
    public String toString() {
        return "GatewayConfig[host=%s, port=%d, httpPort=%d, data=%s, roots=%s]"
                .formatted(host.getHostAddress(), port, httpPort, data, roots);
    }

    static GatewayConfig from(ConfigSource source, Map<String, String> environment) {
        return new GatewayConfig(
                host(source.value(ConfigKey.HOST)),
                (int) number(source.value(ConfigKey.PORT), 0, 65_535),
                (int) number(source.value(ConfigKey.HTTP_PORT), 0, 65_535),
                HttpConfig.from(source),
                toBeMade(source.value(ConfigKey.DATA)),
                List.of(directory(source.value(ConfigKey.ROOT))),
                paths(source.value(ConfigKey.ALLOW_DIRECTORIES)),
                SecurityConfig.from(source),
                (int) number(source.value(ConfigKey.MAX_CONNECTIONS), 1, 100_000),
                number(source.value(ConfigKey.MAX_ROWS), 1, 1_000_000_000L),
                (int) number(source.value(ConfigKey.PARALLEL), 1, 10_000),
                (int) number(source.value(ConfigKey.MAX_CALLS_IN_FLIGHT), 1, 100_000),
                duration(source.value(ConfigKey.CALL_TIMEOUT), Duration.ofMillis(1)),
                (int) number(source.value(ConfigKey.CALL_ATTEMPTS), 1, 20),
                duration(source.value(ConfigKey.JOURNAL_AGE), Duration.ofMinutes(1)),
                bytes(source.value(ConfigKey.JOURNAL_SIZE)),
                bytes(source.value(ConfigKey.CACHE_SIZE)),
                source.value(ConfigKey.CACHE_TTL).value().equals("")
                        ? Optional.empty()
                        : Optional.of(
                                duration(source.value(ConfigKey.CACHE_TTL), Duration.ofMillis(1))),
                bytes(source.value(ConfigKey.TRACKING_LOG_SIZE)),
                duration(source.value(ConfigKey.TRACKING_MAX_STALL), Duration.ofMillis(1)),
                CompletionConfig.from(source),
                RetentionConfig.from(source),
                TracingConfig.from(source, environment),
                size(source.value(ConfigKey.MEMORY_LIMIT)),
                size(source.value(ConfigKey.TEMP_LIMIT)),
                duration(source.value(ConfigKey.SHUTDOWN_TIMEOUT), Duration.ZERO),
                text(source.value(ConfigKey.MODEL)),
                maps(source.value(ConfigKey.PROVIDERS)),
                maps(source.value(ConfigKey.FALLBACKS)),
                maps(source.value(ConfigKey.PRICES)),
                MissingFunctionsConfig.from(source),
                BudgetConfig.from(source),
                clickHouse(source),
                KafkaConfig.from(source),
                WebhookConfig.from(source.value(ConfigKey.AI_FALLBACK_WEBHOOK)),
                HttpToolConfig.from(source, environment),
                maps(source.value(ConfigKey.MCP_SERVERS)),
                environment);
    }

    private static Optional<ClickHouseAddress> clickHouse(ConfigSource source) {
        ConfigSource.Sourced url = source.value(ConfigKey.CLICKHOUSE_URL);
        if (url.value().equals("")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    ClickHouseAddress.of(
                            text(url),
                            text(source.value(ConfigKey.CLICKHOUSE_USER)),
                            text(source.value(ConfigKey.CLICKHOUSE_PASSWORD))));
        } catch (IllegalArgumentException e) {
            // Without the value: somebody may have put a password into it.
            throw new ConfigException(
                    url.where()
                            + ": expected a URL such as http://host:8123/rvbbit, but "
                            + e.getMessage());
        }
    }

    static ConfigException wrong(ConfigSource.Sourced sourced, String expected) {
        return new ConfigException(
                sourced.where() + ": expected " + expected + ", not \"" + sourced.value() + "\"");
    }

    static String text(ConfigSource.Sourced sourced) {
        if (sourced.value() instanceof String text) {
            return text.strip();
        }
        throw wrong(sourced, "a single value");
    }

    private static InetAddress host(ConfigSource.Sourced sourced) {
        try {
            return InetAddress.getByName(text(sourced));
        } catch (UnknownHostException e) {
            throw wrong(sourced, "an address or host name");
        }
    }

    static long number(ConfigSource.Sourced sourced, long least, long most) {
        String text = text(sourced).replace("_", "");
        if (text.matches("\\d{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong(sourced, "a whole number from " + least + " to " + most);
    }

    static boolean isOn(ConfigSource.Sourced sourced) {
        return switch (text(sourced)) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw wrong(sourced, "on or off");
        };
    }

    static Duration duration(ConfigSource.Sourced sourced, Duration least) {
        Matcher matcher = DURATION.matcher(text(sourced).toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            Duration duration = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
            if (duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        }
        throw wrong(sourced, "a duration such as 500ms, 30s, 5m, 1h or 1d");
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static String size(ConfigSource.Sourced sourced) {
        String text = text(sourced);
        if (!SIZE.matcher(text).matches()) {
            throw wrong(sourced, "a size such as 512MB or 4GB");
        }
        return text;
    }

    private static long bytes(ConfigSource.Sourced sourced) {
        BigDecimal bytes = sizeInBytes(sourced);
        if (bytes.compareTo(LEAST_CACHE) < 0) {
            throw wrong(sourced, "at least 16MB");
        }
        return bytes.longValue();
    }

    static long bytes(ConfigSource.Sourced sourced, long most) {
        BigDecimal bytes = sizeInBytes(sourced);
        if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw wrong(sourced, "at most " + most + " bytes");
        }
        return bytes.longValue();
    }

    private static BigDecimal sizeInBytes(ConfigSource.Sourced sourced) {
        Matcher matcher = SIZE.matcher(size(sourced));
        if (!matcher.matches()) {
            throw wrong(sourced, "a size such as 512MB or 4GB");
        }
        String unit = matcher.group(3);
        BigDecimal base = BigDecimal.valueOf(unit.length() == 3 ? 1024 : 1000);
        return new BigDecimal(matcher.group(1))
                .multiply(base.pow("KMGT".indexOf(unit.charAt(0)) + 1));
    }

    static Path path(ConfigSource.Sourced sourced) {
        String text = text(sourced);
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw wrong(sourced, "a directory");
        }
        if (text.equals("~") || text.startsWith("~/")) {
            text = System.getProperty("user.home") + text.substring(1);
        }
        return Path.of(text).toAbsolutePath().normalize();
    }

    private static Path directory(ConfigSource.Sourced sourced) {
        Path path = path(sourced);
        if (!Files.isDirectory(path)) {
            throw new ConfigException(sourced.where() + ": not a directory: " + path);
        }
        return path;
    }

    /** A directory that the server makes where it is missing. */
    private static Path toBeMade(ConfigSource.Sourced sourced) {
        Path path = path(sourced);
        return Files.exists(path) ? directory(sourced) : path;
    }

    private static List<Path> paths(ConfigSource.Sourced sourced) {
        List<Path> paths = new ArrayList<>();
        for (Object element : list(sourced)) {
            paths.add(directory(new ConfigSource.Sourced(element, sourced.where())));
        }
        return paths;
    }

    static List<ConfigEntry> maps(ConfigSource.Sourced sourced) {
        List<ConfigEntry> maps = new ArrayList<>();
        for (Object element : list(sourced)) {
            if (!(element instanceof ConfigEntry entry)) {
                throw wrong(sourced, "a list of keys and values");
            }
            maps.add(entry);
        }
        return maps;
    }

    static List<?> list(ConfigSource.Sourced sourced) {
        if (sourced.value() instanceof List<?> list) {
            return list;
        }
        throw wrong(sourced, "a list such as [a, b]");
    }
}
