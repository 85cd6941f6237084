package io.rvbbit.gateway.config;

import io.rvbbit.udf.mcp.McpServer;
import io.rvbbit.udf.mcp.McpServer.Command;
import io.rvbbit.udf.mcp.McpServer.Place;
import io.rvbbit.udf.mcp.McpServer.Url;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The MCP servers whose tools models may call.
 *
 * <p>One: {@code name}, and {@code command}, {@code args}, {@code env} of a program or {@code url},
 * {@code headers}; {@code timeout}, {@code max-bytes}. A value of {@code env} and of {@code
 * headers} is text, or {@code env} (a variable of the gateway's environment) with a {@code prefix}.
 */
public final class McpConfig {
    private static final String SERVERS = "mcp-servers";
    private static final List<String> KEYS =
            List.of("name", "command", "args", "env", "url", "headers", "timeout", "max-bytes");
    private static final List<String> VALUE_KEYS = List.of("env", "prefix");
    private static final List<String> SHOWN = List.of("command", "url", "timeout", "max-bytes");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_BYTES = 1_000_000;
    private static final long MOST_BYTES = 100_000_000L;

    private final ConfigEntry entry;
    private final Map<String, String> environment;
    private final Map<String, String> secrets = new HashMap<>();

    private McpConfig(ConfigEntry entry, Map<String, String> environment) {
        this.entry = entry;
        this.environment = environment;
    }

    /** Whether an entry may be shown under this key: arguments and values may be secrets. */
    static boolean shows(String key) {
        return SHOWN.contains(key);
    }

    /**
     * The servers; none is started or asked.
     *
     * @throws ConfigException naming file and line of the entry that is wrong
     */
    public static List<McpServer> servers(GatewayConfig config) {
        List<McpServer> servers = new ArrayList<>();
        for (ConfigEntry entry : config.mcpServers()) {
            McpServer server = new McpConfig(entry, config.environment()).server();
            if (servers.stream().anyMatch(one -> one.name().equals(server.name()))) {
                throw wrong(entry.where("name"), "two are named \"" + server.name() + "\"");
            }
            servers.add(server);
        }
        return List.copyOf(servers);
    }

    /** Their names, though a variable that one needs may not be set here. */
    public static Set<String> names(GatewayConfig config) {
        return config.mcpServers().stream()
                .map(entry -> ModelEndpoints.required(entry, "name", SERVERS))
                .collect(Collectors.toUnmodifiableSet());
    }

    private McpServer server() {
        ModelEndpoints.checkKeys(entry, KEYS, SERVERS);
        String name = ModelEndpoints.required(entry, "name", SERVERS);
        if (!NAME.matcher(name).matches()) {
            throw wrong(
                    entry.where("name"),
                    "name is letters, digits, _ and -, at most 32, not " + name);
        }
        Place place = place();
        return new McpServer(name, place, timeout(), maxBytes(), secrets);
    }

    private Place place() {
        Optional<String> command = text("command");
        Optional<String> url = text("url");
        if (command.isPresent() == url.isPresent()) {
            throw wrong(entry.where(), "each entry needs \"command\" or \"url\", not both");
        }
        if (url.isPresent()) {
            refuse("args", "url");
            refuse("env", "url");
            return new Url(uri(url.get()), values("headers"));
        }
        refuse("headers", "command");
        List<String> line = new ArrayList<>(List.of(command.orElseThrow()));
        line.addAll(arguments());
        return new Command(line, values("env"));
    }

    private void refuse(String key, String kind) {
        if (entry.containsKey(key)) {
            throw wrong(entry.where(key), "\"" + key + "\" does not go with \"" + kind + "\"");
        }
    }

    private URI uri(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, without the text: somebody may have put a password into it.
        }
        throw wrong(entry.where("url"), "url is one such as https://host/mcp, without a user");
    }

    private List<String> arguments() {
        Object arguments = entry.getOrDefault("args", List.of());
        if (!(arguments instanceof List<?> list)
                || !list.stream().allMatch(String.class::isInstance)) {
            throw wrong(entry.where("args"), "args is a list of texts");
        }
        return list.stream().map(String.class::cast).toList();
    }

    private Map<String, String> values(String key) {
        Object written = entry.get(key);
        if (written == null) {
            return Map.of();
        }
        if (!(written instanceof ConfigEntry named)) {
            throw wrong(entry.where(key), key + " is names and values");
        }
        Map<String, String> values = new LinkedHashMap<>();
        named.forEach((name, value) -> {
            values.put(
                    name,
                    switch (value) {
                        case String text -> text;
                        case ConfigEntry variable -> variable(variable);
                        default ->
                                throw wrong(
                                        named.where(name),
                                        key + " has texts, or such as {env: SHOP_KEY}");
                    });
            if (values.get(name).chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                throw wrong(named.where(name), "a value of " + key + " is one line");
            }
        });
        return values;
    }

    private String variable(ConfigEntry value) {
        ModelEndpoints.checkKeys(value, VALUE_KEYS, SERVERS);
        String name = ModelEndpoints.required(value, "env", SERVERS);
        String secret = environment.getOrDefault(name, "").strip();
        if (secret.isEmpty()) {
            throw wrong(value.where("env"), "the environment variable " + name + " is not set");
        }
        secrets.put(name, secret);
        // Not stripped: a prefix ends with a space.
        Object prefix = value.getOrDefault("prefix", "");
        return prefix + secret;
    }

    private Duration timeout() {
        return text("timeout")
                .map(text ->
                        GatewayConfig.duration(
                                new ConfigSource.Sourced(text, entry.where("timeout")),
                                Duration.ofMillis(1)))
                .orElse(TIMEOUT);
    }

    private int maxBytes() {
        return text("max-bytes")
                .map(text ->
                        (int)
                                GatewayConfig.number(
                                        new ConfigSource.Sourced(text, entry.where("max-bytes")),
                                        1,
                                        MOST_BYTES))
                .orElse(MAX_BYTES);
    }

    private Optional<String> text(String key) {
        return ModelEndpoints.text(entry, key, SERVERS);
    }

    private static ConfigException wrong(String where, String fault) {
        return ModelEndpoints.wrong(where, SERVERS, fault);
    }
}
