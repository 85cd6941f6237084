package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/**
 * One DuckDB instance: a database, our catalogs attached read-only, and every door locked.
 *
 * <p>Threading: any thread; its connections belong to their sessions.
 */
final class DuckDbInstance implements AutoCloseable {
    /**
     * A stream is filled this far before its first row is read: one vector of usual width. The
     * default of about 1 MB would make the first rows of slow functions wait for thousands more,
     * and a scan is no slower with less.
     */
    private static final String STREAMING_BUFFER = "64KB";

    private final String name;
    private final DuckDBConnection root;
    private final ClientGuard guard;
    private final CatalogStages stages;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong definitions = new AtomicLong();
    private final SerialWriters serialWriters = new SerialWriters();

    private DuckDbInstance(
            String name, DuckDBConnection root, ClientGuard guard, CatalogStages stages) {
        this.name = name;
        this.root = root;
        this.guard = guard;
        this.stages = stages;
    }

    /**
     * Opens and locks a database.
     *
     * @param file empty for one in memory
     * @param catalog the read-only catalogs to attach
     * @throws SqlException 58030 if the file is not a readable database
     */
    static DuckDbInstance open(
            String name, String file, int threads, EngineConfig config, RvbbitCatalog catalog) {
        DuckDBConnection root;
        try {
            root =
                    new DuckDBDriver()
                            .connect("jdbc:duckdb:" + file, new Properties())
                            .unwrap(DuckDBConnection.class);
        } catch (SQLException fault) {
            throw unreadable(name, file, fault);
        }
        try {
            catalog.register(root);
            try (Statement statement = root.createStatement()) {
                for (String sql : setUp(name, threads, config, catalog)) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException fault) {
            SqlException error = unreadable(name, file, fault);
            try {
                root.close();
            } catch (SQLException second) {
                error.addSuppressed(second);
            }
            throw error;
        }
        return new DuckDbInstance(
                name,
                root,
                new ClientGuard(
                        config,
                        new ReservedNames(
                                catalog.reserved(), catalog.functions(), catalog.types())),
                catalog.stages());
    }

    private static SqlException unreadable(String name, String file, SQLException fault) {
        return new SqlException(
                        SqlState.IO_ERROR, "database \"" + name + "\" cannot be opened", fault)
                .detail(String.valueOf(DuckDbErrors.internal(fault).getMessage()))
                .hint(
                        file.isEmpty()
                                ? "see the server's log"
                                : "restore \"" + file + "\" from a backup, or move it away");
    }

    private static List<String> setUp(
            String name, int threads, EngineConfig config, RvbbitCatalog catalog) {
        List<String> statements = new ArrayList<>();
        catalog.attachments().forEach(statements::add);
        statements.add("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(name) + ".public");
        statements.add("SET autoinstall_known_extensions = false");
        statements.add("SET autoload_known_extensions = false");
        statements.add("SET allow_community_extensions = false");
        statements.add("SET allow_persistent_secrets = false");
        statements.add("SET threads = " + threads);
        statements.add("SET memory_limit = " + SqlText.literal(config.memoryLimit()));
        statements.add("SET temp_directory = " + literal(config.temporary().resolve(name)));
        statements.add("SET max_temp_directory_size = " + SqlText.literal(config.temporaryLimit()));
        statements.add("SET GLOBAL default_null_order = 'nulls_last_on_asc_first_on_desc'");
        statements.add("SET GLOBAL TimeZone = 'UTC'");
        statements.add(
                Stream.concat(Stream.of(config.files()), config.allowDirectories().stream())
                        .map(directory -> SqlText.literal(directory + "/"))
                        .collect(Collectors.joining(", ", "SET allowed_directories = [", "]")));
        statements.add("SET enable_external_access = false");
        statements.add("SET errors_as_json = true");
        statements.add(
                "SET allowed_configs = ['timezone', 'search_path', 'schema', 'integer_division',"
                        + " 'streaming_buffer_size']");
        statements.add("SET lock_configuration = true");
        return statements;
    }

    private static String literal(Path path) {
        return SqlText.literal(path.toString());
    }

    String name() {
        return name;
    }

    ClientGuard guard() {
        return guard;
    }

    CatalogStages stages() {
        return stages;
    }

    /** Changes with every commit of a client that wrote. */
    AtomicLong changes() {
        return changes;
    }

    /** Changes with every commit of what may be another definition than before. */
    AtomicLong definitions() {
        return definitions;
    }

    SerialWriters serialWriters() {
        return serialWriters;
    }

    String streamingBuffer() {
        return STREAMING_BUFFER;
    }

    /** {@code booksKey} opens what the connection may read in the books. */
    RawConnection connect(String booksKey) {
        return connect(SearchPath.ofDatabase(name), booksKey);
    }

    RawConnection connect(String searchPath, String booksKey) {
        connections.incrementAndGet();
        try {
            return new RawConnection(this, root.duplicate(), searchPath, booksKey);
        } catch (SQLException fault) {
            connections.decrementAndGet();
            throw DuckDbErrors.translate(fault);
        } catch (RuntimeException fault) {
            connections.decrementAndGet();
            throw fault;
        }
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    boolean isUsed() {
        return connections.get() > 0;
    }

    @Override
    public void close() {
        try {
            root.close();
        } catch (SQLException fault) {
            throw DuckDbErrors.internal(fault);
        }
    }
}
