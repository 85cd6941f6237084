package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory that holds everything; the gateway's lock keeps a second server out of it.
 *
 * <p>Layout: {@code databases/<name>.duckdb}, {@code files} (the clients' own), {@code tmp}, {@code
 * run} (made anew at each start). Threading: immutable.
 */
final class DataDirectory {
    private static final String SUFFIX = ".duckdb";

    private final EngineConfig config;

    private DataDirectory(EngineConfig config) {
        this.config = config;
    }

    /**
     * @throws SqlException 58030 if it can't be written
     */
    static DataDirectory open(EngineConfig config) {
        try {
            for (Path directory :
                    List.of(config.databases(), config.files(), config.temporary(), config.run())) {
                Files.createDirectories(directory);
            }
            clear(config.run());
            clear(config.temporary());
            return new DataDirectory(config);
        } catch (IOException fault) {
            throw new SqlException(
                    SqlState.IO_ERROR,
                    "the data directory \"" + config.data() + "\" cannot be used: " + fault,
                    fault);
        }
    }

    private static void clear(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                if (Files.isDirectory(entry)) {
                    clear(entry);
                }
                try {
                    Files.deleteIfExists(entry);
                } catch (DirectoryNotEmptyException _) {
                    // Somebody else writes there; it is not ours to take away.
                }
            }
        }
    }

    Path file(String database) {
        return config.databases().resolve(database + SUFFIX);
    }

    /** The databases that have a file, sorted. */
    List<String> databases() {
        try (Stream<Path> files = Files.list(config.databases())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    void delete(String database) {
        Path file = file(database);
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".wal"));
        } catch (IOException fault) {
            throw new SqlException(
                    SqlState.IO_ERROR, "database \"" + database + "\" cannot be removed", fault);
        }
    }
}
