package io.rvbbit.tracking;

import com.clickhouse.client.api.ServerException;
import com.clickhouse.jdbc.ConnectionImpl;
import com.clickhouse.jdbc.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections to ClickHouse. Each is an HTTP client of its own, and closing it ends what it
 * reads at once, where closing a result would read the rest first.
 *
 * <p>Threading: any thread.
 */
final class ClickHouse {
    private static final Logger LOG = LoggerFactory.getLogger(ClickHouse.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Unknown user, wrong password, password needed, access denied, authentication failed. */
    private static final Set<Integer> NOT_FOR_US = Set.of(192, 193, 194, 497, 516);

    private final ClickHouseAddress address;

    ClickHouse(ClickHouseAddress address) {
        this.address = address;
    }

    ClickHouseAddress address() {
        return address;
    }

    ConnectionImpl connect() throws SQLException {
        return connect(address.database(), PATIENCE);
    }

    /** For work that the server may be at for long. */
    ConnectionImpl connect(Duration patience) throws SQLException {
        return connect(address.database(), patience);
    }

    /** Makes the database where it is missing, and may be allowed to. */
    void createDatabase() throws SQLException {
        try (ConnectionImpl connection = connect("default", PATIENCE)) {
            execute(connection, "CREATE DATABASE IF NOT EXISTS " + address.database());
        }
    }

    private ConnectionImpl connect(String database, Duration patience) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("user", address.user());
        settings.setProperty("password", address.password());
        settings.setProperty("database", database);
        settings.setProperty("client_name", "rvbbit");
        settings.setProperty("connection_timeout", "5000");
        settings.setProperty("socket_timeout", Long.toString(patience.toMillis()));
        // Who asks repeats: a batch with its tokens, a read by asking again.
        settings.setProperty("retry", "0");
        settings.setProperty("compress", "true");
        settings.setProperty("decompress", "true");
        settings.setProperty("client.use_http_compression", "true");
        settings.setProperty("clickhouse_setting_async_insert", "0");
        settings.setProperty("clickhouse_setting_insert_deduplicate", "1");
        settings.setProperty(
                "clickhouse_setting_deduplicate_blocks_in_dependent_materialized_views", "1");
        settings.setProperty(
                "clickhouse_setting_cancel_http_readonly_queries_on_client_close", "1");
        String url = "jdbc:clickhouse:" + address.endpoint() + "/" + database;
        try {
            return new Driver().connect(url, settings).unwrap(ConnectionImpl.class);
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    static void execute(ConnectionImpl connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A text as a literal. */
    static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    static void close(ConnectionImpl connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("a connection to ClickHouse does not close: {}", reason(e));
        }
    }

    /** What the driver threw, as JDBC throws it, with the reason for a message. */
    static SQLException failure(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getErrorCode() != 0) {
                return new SQLException(
                        reason(cause), sql.getSQLState(), sql.getErrorCode(), cause);
            }
            if (at instanceof ServerException refused) {
                return new SQLException(reason(cause), "22000", refused.getCode(), cause);
            }
        }
        return new SQLException(reason(cause), "08000", cause);
    }

    /** Whether no later try can succeed, until somebody changes the configuration or the rights. */
    static boolean isFinal(SQLException e) {
        return NOT_FOR_US.contains(e.getErrorCode());
    }

    /** The innermost cause has the reason; what lies around it repeats the request. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String first = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return first.isEmpty() || first.equals("null") ? cause.getClass().getSimpleName() : first;
    }
}
