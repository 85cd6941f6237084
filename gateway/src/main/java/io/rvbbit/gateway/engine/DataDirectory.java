package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything, and the lock that keeps a second server out of it.
 *
 * <p>Layout: {@code databases/<name>.duckdb}, {@code files} (the clients' own), {@code tmp}, {@code
 * run} (made anew at each start), {@code lock}. Threading: immutable.
 */
final class DataDirectory implements AutoCloseable {
    private static final String SUFFIX = ".duckdb";

    private final EngineConfig config;
    private final FileChannel lock;

    private DataDirectory(EngineConfig config, FileChannel lock) {
        this.config = config;
        this.lock = lock;
    }

    /**
     * @throws SqlException 55006 if another server uses the directory
     */
    static DataDirectory open(EngineConfig config) {
        try {
            for (Path directory :
                    List.of(config.databases(), config.files(), config.temporary(), config.run())) {
                Files.createDirectories(directory);
            }
            FileChannel channel = locked(config.data().resolve("lock"));
            clear(config.run());
            clear(config.temporary());
            return new DataDirectory(config, channel);
        } catch (IOException fault) {
            throw new SqlException(
                    SqlState.IO_ERROR,
                    "the data directory \"" + config.data() + "\" cannot be used: " + fault,
                    fault);
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            ByteBuffer holder = ByteBuffer.allocate(20);
            channel.read(holder, 0);
            channel.close();
            String process =
                    new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII);
            throw new SqlException(
                            SqlState.OBJECT_IN_USE,
                            "the data directory \"" + file.getParent() + "\" is in use")
                    .detail("a server with process id " + process.strip() + " holds it")
                    .hint("stop that server or choose another directory with --data");
        }
        channel.truncate(0);
        String process = Long.toString(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)), 0);
        return channel;
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // The same process holds it: for the caller that is the same as another one.
            return null;
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

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
