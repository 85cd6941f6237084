package io.rvbbit.tracking;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a DuckDB file to the newest schema: each migration once, in order, whole or not at all.
 *
 * <p>A migration is a file {@code schema/duckdb/NNN_name.sql}; its number is its place in {@link
 * #MIGRATIONS}. One that was published is never edited: what has to change is a new file.
 * Threading: one thread at a time.
 */
final class DuckDbSchema {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbSchema.class);

    static final List<String> MIGRATIONS =
            List.of(
                    "001_books.sql",
                    "002_fallback_and_traces.sql",
                    "003_estimates.sql",
                    "004_calls.sql",
                    "005_analytics.sql",
                    "006_kafka.sql",
                    "007_traces.sql",
                    "008_caller_places.sql");

    private DuckDbSchema() {}

    static void migrate(Connection connection) throws SQLException {
        migrate(connection, MIGRATIONS);
    }

    /** {@code migrations}: the files of versions 1, 2, … */
    static void migrate(Connection connection, List<String> migrations) throws SQLException {
        execute(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL
                )\
                """);
        SchemaFiles files = new SchemaFiles("duckdb", migrations);
        int version = version(connection);
        files.check(version);
        for (int next = version + 1; next <= files.newest(); next++) {
            apply(connection, files, next);
        }
    }

    private static void apply(Connection connection, SchemaFiles files, int version)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            for (String statement : files.statements(version)) {
                execute(connection, statement);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO schema_version VALUES (?, ?, now())")) {
                insert.setInt(1, version);
                insert.setString(2, files.name(version));
                insert.execute();
            }
            connection.commit();
            LOG.debug("applied {}", files.name(version));
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT max(version) FROM schema_version");
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        // Prepared, because executing text directly loses the engine's message.
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
