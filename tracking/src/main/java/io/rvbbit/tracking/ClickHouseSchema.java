package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a ClickHouse database to the newest schema: each migration in order.
 *
 * <p>ClickHouse has no transactions. So each statement of a migration can be repeated, and one that
 * ended halfway, or that two gateways apply at once, is simply applied again. Published files are
 * never edited. Threading: one thread at a time.
 */
final class ClickHouseSchema {
    private static final Logger LOG = LoggerFactory.getLogger(ClickHouseSchema.class);

    static final SchemaFiles FILES =
            new SchemaFiles(
                    "clickhouse",
                    List.of(
                            "001_books.sql",
                            "002_fallback_and_traces.sql",
                            "003_estimates.sql",
                            "004_calls.sql",
                            "005_analytics.sql",
                            "006_traces.sql"));

    private ClickHouseSchema() {}

    static void migrate(ConnectionImpl connection) throws SQLException {
        migrate(connection, FILES);
    }

    static void migrate(ConnectionImpl connection, SchemaFiles files) throws SQLException {
        ClickHouse.execute(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version UInt32, name String, applied_at DateTime64(6, 'UTC') DEFAULT now64(6)
                )
                ENGINE = ReplacingMergeTree ORDER BY version\
                """);
        int version = version(connection);
        files.check(version);
        for (int next = version + 1; next <= files.newest(); next++) {
            for (String statement : files.statements(next)) {
                ClickHouse.execute(connection, statement);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO schema_version (version, name) VALUES (?, ?)")) {
                insert.setInt(1, next);
                insert.setString(2, files.name(next));
                insert.execute();
            }
            LOG.debug("applied {}", files.name(next));
        }
    }

    private static int version(ConnectionImpl connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT max(version) FROM schema_version");
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
