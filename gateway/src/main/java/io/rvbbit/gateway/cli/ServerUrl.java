package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Where a server is, and as whom to connect to which database. */
record ServerUrl(String host, int port, String user, String database) {
    static final String FORM = "postgresql://[user@]host[:port][/database]";

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
        String user = Optional.ofNullable(uri.getUserInfo()).orElse(DEFAULT_USER);
        if (user.contains(":")) {
            // The text itself is not repeated: it would put the password into a log.
            throw wrong("holds a password, and servers of this version ask for none");
        }
        String path = Optional.ofNullable(uri.getPath()).orElse("");
        String host = uri.getHost();
        return new ServerUrl(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                parameter(uri, "user").orElse(user),
                path.length() > 1 ? path.substring(1) : DEFAULT_DATABASE);
    }

    ServerUrl withDatabase(String name) {
        return new ServerUrl(host, port, user, name);
    }

    /** {@code user} and {@code sslmode} are the parameters that mean something here. */
    private static Optional<String> parameter(URI uri, String name) {
        Optional<String> found = Optional.empty();
        for (String pair : Optional.ofNullable(uri.getQuery()).orElse("").split("&", -1)) {
            String key = pair.substring(0, Math.max(0, pair.indexOf('=')));
            String value = pair.substring(pair.indexOf('=') + 1);
            if (key.equals(name)) {
                found = Optional.of(value);
            } else if (key.equals("sslmode") && value.matches("require|verify-ca|verify-full")) {
                throw wrong("asks for TLS, which servers of this version do not speak");
            } else if (!pair.isEmpty() && !key.equals("sslmode")) {
                throw wrong("has the unknown parameter \"" + key + "\"");
            }
        }
        return found;
    }

    private static ConfigException wrong(String what) {
        return new ConfigException("--url " + what + "; write " + FORM);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
