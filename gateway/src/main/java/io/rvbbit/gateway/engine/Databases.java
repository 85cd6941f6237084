package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BookReader;
import io.rvbbit.udf.cascade.SqlSource;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * All databases of the server: {@code default}, {@code memory} (one per connection), and named
 * ones.
 *
 * <p>Threading: any thread.
 */
public final class Databases implements AutoCloseable {
    public static final String DEFAULT = "default";
    public static final String MEMORY = "memory";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");
    private static final Set<String> TAKEN =
            Set.of(
                    MEMORY,
                    RvbbitCatalog.NAME,
                    RvbbitCatalog.EXAMPLES,
                    "system",
                    "temp",
                    "main",
                    "public",
                    "pg_catalog",
                    "information_schema",
                    "parked");

    private final EngineConfig config;
    private final DataDirectory directory;
    private final RvbbitCatalog catalog;
    private final QueryThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, DuckDbInstance> open = new HashMap<>();

    private Databases(EngineConfig config, DataDirectory directory, RvbbitCatalog catalog) {
        this.config = config;
        this.directory = directory;
        this.catalog = catalog;
        this.threads = new QueryThreads(config.sqlCellThreads());
    }

    /**
     * Checks the driver and opens {@code default}; the caller has taken the data directory's lock.
     *
     * @throws SqlException 58030 for a damaged file or a directory that can't be written
     * @throws IllegalStateException if the driver does not behave as raw reading needs it
     */
    public static Databases open(
            EngineConfig config, BookReader books, EngineExtensions extensions) {
        DriverSelfTest.run();
        DataDirectory directory = DataDirectory.open(config);
        RvbbitCatalog catalog = RvbbitCatalog.build(config.run(), books, extensions);
        Databases databases = new Databases(config, directory, catalog);
        try {
            databases.instance(DEFAULT);
            return databases;
        } catch (RuntimeException fault) {
            databases.threads.close();
            throw fault;
        }
    }

    /** A connection for the server itself, or for an admin: it reads all of the books. */
    public EngineConnection connect(String database) {
        return connect(database, Optional.empty());
    }

    /**
     * A connection for one session.
     *
     * @param booksOf whose part of the books it reads; empty for everybody's
     * @throws SqlException 3D000 if there is no such database
     */
    public EngineConnection connect(String database, Optional<String> booksOf) {
        String key = catalog.keys().key(booksOf);
        if (database.equals(MEMORY)) {
            return new PrivateConnection(
                    () -> DuckDbInstance.open(MEMORY, "", 1, config, catalog), key);
        }
        lock.lock();
        try {
            return instance(database).connect(key);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back the memory of the catalogue that sessions hold which have rested for that long.
     */
    public void releaseCatalogues(Duration rest) {
        catalog.stages().release(rest);
    }

    /** Where the SQL cells of cascades read that a session of this connection runs. */
    public SqlSource cells(EngineConnection connection) {
        return new ReadOnlySource(connection::sibling, threads);
    }

    /** Makes tables of rows that only one cascade session sees. */
    public Staging staging() {
        return new Staging(threads);
    }

    /** Names of all databases, sorted; {@code memory} among them. */
    public List<String> names() {
        List<String> names = new ArrayList<>(directory.databases());
        names.add(MEMORY);
        names.sort(null);
        return List.copyOf(names);
    }

    public boolean exists(String database) {
        return names().contains(database);
    }

    /**
     * @throws SqlException 42P04 if it exists, 22023 or 42939 for a name that cannot be one
     */
    public void create(String database) {
        if (!NAME.matcher(database).matches()) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "\"" + database + "\" cannot be the name of a database")
                    .hint("up to 63 letters, digits, _ and -, the first a letter or _");
        }
        String folded = database.toLowerCase(Locale.ROOT);
        lock.lock();
        try {
            boolean exists =
                    names().stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(folded));
            if (exists) {
                throw new SqlException(
                        SqlState.DUPLICATE_DATABASE,
                        "database \"" + database + "\" already exists");
            }
            if (TAKEN.contains(folded)) {
                throw new SqlException(
                        SqlState.RESERVED_NAME, "the name \"" + database + "\" is reserved");
            }
            openFile(database);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @throws SqlException 3D000 if there is none, 55006 if somebody uses it, 42501 for ours
     */
    public void drop(String database) {
        lock.lock();
        try {
            if (database.equals(DEFAULT) || database.equals(MEMORY)) {
                throw new SqlException(
                        SqlState.INSUFFICIENT_PRIVILEGE,
                        "database \"" + database + "\" cannot be dropped");
            }
            if (!exists(database)) {
                throw unknown(database);
            }
            DuckDbInstance instance = open.get(database);
            if (instance != null) {
                if (instance.isUsed()) {
                    throw new SqlException(
                            SqlState.OBJECT_IN_USE,
                            "database \"" + database + "\" is being accessed by other users");
                }
                open.remove(database);
                instance.close();
            }
            directory.delete(database);
        } finally {
            lock.unlock();
        }
    }

    private DuckDbInstance instance(String database) {
        DuckDbInstance instance = open.get(database);
        if (instance != null) {
            return instance;
        }
        if (!database.equals(DEFAULT)
                && !(NAME.matcher(database).matches() && Files.exists(directory.file(database)))) {
            throw unknown(database);
        }
        return openFile(database);
    }

    private DuckDbInstance openFile(String database) {
        DuckDbInstance instance =
                DuckDbInstance.open(
                        database,
                        directory.file(database).toString(),
                        config.threads(),
                        config,
                        catalog);
        open.put(database, instance);
        return instance;
    }

    private static SqlException unknown(String database) {
        return new SqlException(
                SqlState.INVALID_CATALOG_NAME, "database \"" + database + "\" does not exist");
    }

    @Override
    public void close() {
        threads.close();
        lock.lock();
        try {
            open.values().forEach(DuckDbInstance::close);
            open.clear();
        } finally {
            lock.unlock();
        }
    }
}
