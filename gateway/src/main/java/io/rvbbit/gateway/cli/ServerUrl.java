package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a server is, and as whom to connect to which database. */
record ServerUrl(
        String host,
        int port,
        String user,
        String database,
        SslMode sslMode,
        Optional<Path> rootCertificate) {
    static final String FORM =
            "postgresql://[user@]host[:port][/database][?sslmode=…&sslrootcert=FILE]";

    private static final List<String> PARAMETERS = List.of("user", "sslmode", "sslrootcert");
    private static final int DEFAULT_PORT = 15_432;
    private static final String DEFAULT_USER = "rvbbit";
    private static final String DEFAULT_DATABASE = "default";

    /** An address such as {@code 127.0.0.1:15432} or {@code [::1]:15432}. */
    static ServerUrl ofAddress(String address) {
        return parse("postgresql://" + address);
    }

    /**
     * Reads {@link #FORM}, also with {@code jdbc:} before it.
     *
     * @throws ConfigException if it is of another form, or asks for what this client does not do
     */
    static ServerUrl parse(String text) {
        String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
        URI uri;
        try {
            uri = new URI(plain);
        } catch (URISyntaxException e) {
            throw wrong("is no URL");
        }
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
            throw wrong("does not begin with postgresql://");
        }
        if (uri.getHost() == null) {
            throw wrong("names no host");
        }
        String user =
                Optional.ofNullable(uri.getUserInfo())
                        .or(() -> Optional.ofNullable(System.getenv("PGUSER")))
                        .orElse(DEFAULT_USER);
        if (user.contains(":")) {
            // The text itself is not repeated: it would put the password into a log.
            throw wrong("holds a password; it belongs into PGPASSWORD or ~/.pgpass");
        }
        String path = Optional.ofNullable(uri.getPath()).orElse("");
        String host = uri.getHost();
        Map<String, String> parameters = parameters(uri);
        return new ServerUrl(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                parameters.getOrDefault("user", user),
                path.length() > 1 ? path.substring(1) : DEFAULT_DATABASE,
                sslMode(parameters),
                Optional.ofNullable(parameters.get("sslrootcert")).map(Path::of));
    }

    ServerUrl withDatabase(String name) {
        return new ServerUrl(host, port, user, name, sslMode, rootCertificate);
    }

    private static Map<String, String> parameters(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : Optional.ofNullable(uri.getQuery()).orElse("").split("&", -1)) {
            String key = pair.substring(0, Math.max(0, pair.indexOf('=')));
            if (PARAMETERS.contains(key)) {
                parameters.put(key, pair.substring(pair.indexOf('=') + 1));
            } else if (!pair.isEmpty()) {
                throw wrong("has the unknown parameter \"" + key + "\"");
            }
        }
        return parameters;
    }

    private static SslMode sslMode(Map<String, String> parameters) {
        return SslMode.of(parameters.getOrDefault("sslmode", "prefer"))
                .orElseThrow(() ->
                        wrong(
                                "has an sslmode that is none of disable, prefer, require, verify-ca"
                                        + " and verify-full"));
    }

    private static ConfigException wrong(String what) {
        return new ConfigException("--url " + what + "; write " + FORM);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
