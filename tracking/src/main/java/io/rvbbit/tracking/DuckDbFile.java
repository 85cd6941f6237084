package io.rvbbit.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DuckDB file in an instance of its own, locked down: no other file, no extension, no setting.
 *
 * <p>After an error that DuckDB calls fatal (a full disk, for one) an instance answers nothing any
 * more until its last connection is closed; {@link #repair} does that. Threading: any thread.
 */
final class DuckDbFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbFile.class);

    private final Path path;
    private final Set<DuckDBConnection> connections = ConcurrentHashMap.newKeySet();
    private final Optional<Path> exports;
    private DuckDBConnection root;

    DuckDbFile(Path path) {
        this(path, Optional.empty());
    }

    /** {@code exports}: the one directory into which files may be written. */
    DuckDbFile(Path path, Optional<Path> exports) {
        this.path = path.toAbsolutePath();
        this.exports = exports;
        try {
            Path directory = this.path.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            this.root = open(this.path, exports);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of the books", e);
        } catch (SQLException e) {
            throw new BooksUnavailable("cannot open the books in " + path + ": " + firstLine(e), e);
        }
    }

    /** A new connection; whoever asks for it gives it back with {@link #release}. */
    synchronized DuckDBConnection connect() throws SQLException {
        if (root.isClosed()) {
            root = open(path, exports);
        }
        DuckDBConnection connection = root.duplicate();
        connections.add(connection);
        return connection;
    }

    void release(DuckDBConnection connection) {
        connections.remove(connection);
        closeQuietly(connection);
    }

    /** Closes the instance with all its connections; the next {@link #connect} opens it anew. */
    synchronized void reopen() {
        connections.forEach(this::release);
        closeQuietly(root);
    }

    /** Makes an instance that has refused something so usable again, if it is not. */
    void repair(SQLException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (message.contains("FATAL") || message.contains("invalidated")) {
            LOG.warn("the books' file is opened anew after: {}", firstLine(refusal));
            reopen();
        }
    }

    @Override
    public synchronized void close() {
        reopen();
    }

    private static DuckDBConnection open(Path path, Optional<Path> exports) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_persistent_secrets", "false");
        settings.setProperty("memory_limit", "1GB");
        settings.setProperty("wal_autocheckpoint", "128MB");
        settings.setProperty("jdbc_stream_results", "true");
        DuckDBConnection connection =
                new DuckDBDriver()
                        .connect("jdbc:duckdb:" + path, settings)
                        .unwrap(DuckDBConnection.class);
        try (Statement statement = connection.createStatement()) {
            // In this order: what is locked cannot be set.
            if (exports.isPresent()) {
                statement.execute(
                        "SET allowed_directories = ['%s']"
                                .formatted(exports.get().toString().replace("'", "''")));
            }
            statement.execute("SET enable_external_access = false");
            statement.execute("SET lock_configuration = true");
            return connection;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private static void closeQuietly(DuckDBConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("a connection to the books does not close: {}", firstLine(e));
        }
    }

    /** DuckDB's messages may have a stack trace from the second line on. */
    static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
