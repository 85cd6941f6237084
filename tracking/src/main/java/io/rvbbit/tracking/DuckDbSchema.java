package io.rvbbit.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * #MIGRATIONS}. One that was published is never edited: what has to change is a new file. A
 * statement ends with a semicolon at the end of a line. Threading: one thread at a time.
 */
final class DuckDbSchema {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbSchema.class);

    static final List<String> MIGRATIONS =
            List.of(
                    "001_books.sql",
                    "002_fallback_and_traces.sql",
                    "003_estimates.sql",
                    "004_calls.sql",
                    "005_analytics.sql");

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
        int version = version(connection);
        if (version > migrations.size()) {
            throw new BooksUnavailable(
                    "the books have schema version "
                            + version
                            + ", this program knows up to "
                            + migrations.size()
                            + ": a newer one has written them");
        }
        for (int next = version + 1; next <= migrations.size(); next++) {
            apply(connection, next, migrations.get(next - 1));
        }
    }

    private static void apply(Connection connection, int version, String name) throws SQLException {
        connection.setAutoCommit(false);
        try {
            for (String statement : text(name).split(";\\s*\\R", -1)) {
                if (!statement.isBlank()) {
                    execute(connection, statement);
                }
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO schema_version VALUES (?, ?, now())")) {
                insert.setInt(1, version);
                insert.setString(2, name);
                insert.execute();
            }
            connection.commit();
            LOG.debug("applied {}", name);
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

    private static String text(String name) {
        try (InputStream in = DuckDbSchema.class.getResourceAsStream("/schema/duckdb/" + name)) {
            if (in == null) {
                throw new BooksUnavailable("the migration " + name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
