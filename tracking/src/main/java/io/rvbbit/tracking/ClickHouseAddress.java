package io.rvbbit.tracking;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ClickHouse that keeps the books: its HTTP interface, a database there, and who asks.
 *
 * <p>Threading: immutable.
 *
 * @param endpoint such as {@code http://host:8123}
 * @param database is made where it is missing
 */
public record ClickHouseAddress(String endpoint, String database, String user, String password) {
    private static final Pattern JDBC = Pattern.compile("(?i)jdbc:(?:clickhouse|ch):(.*)");
    private static final Pattern DATABASE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    /**
     * Reads {@code http://host:8123/database}, also with {@code https}, and as a JDBC URL with
     * {@code jdbc:clickhouse:} before it.
     *
     * @throws IllegalArgumentException if it is not such a URL; the message says why, without it
     */
    public static ClickHouseAddress of(String url, String user, String password) {
        Matcher jdbc = JDBC.matcher(url);
        String text = jdbc.matches() ? jdbc.group(1) : url;
        URI uri;
        try {
            uri = new URI(text.startsWith("//") ? "http:" + text : text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("it is not a URL");
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("its scheme is neither http nor https");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "it has a host, a port and a database; user and password stand in keys of their"
                            + " own");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("http") ? 8123 : 8443;
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/|/$", "");
        String database = path.isEmpty() ? "rvbbit" : path;
        if (!DATABASE.matcher(database).matches()) {
            throw new IllegalArgumentException("its database is not a plain name");
        }
        return new ClickHouseAddress(
                scheme + "://" + uri.getHost() + ":" + port, database, user, password);
    }

    /** Without user and password: for messages. */
    @Override
    public String toString() {
        return endpoint + "/" + database;
    }
}
