package io.rvbbit.gateway;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock that keeps a second server out of a data directory, and the place where its holder says
 * at which address it answers.
 *
 * <p>The lock is the truth: a process that was killed loses it, and the address that it left behind
 * means nothing then. Threading: any thread.
 */
public final class DataLock implements AutoCloseable {
    private static final String FILE = "lock";
    private static final String ADDRESS = "server.address";

    /**
     * What this process holds. The system would not refuse us a second lock on the same file, and
     * would drop the first with it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path data;
    private final FileChannel channel;

    /**
     * Who has a data directory.
     *
     * @param process its process id, empty if it has not said
     * @param address where it accepts clients, empty while it starts and stops
     */
    public record Holder(String process, Optional<String> address) {}

    private DataLock(Path data, FileChannel channel) {
        this.data = data;
        this.channel = channel;
    }

    /**
     * Makes the directory if need be and takes it.
     *
     * @throws SqlException 55006 if another server has it, 58030 if it can't be written
     */
    public static DataLock take(Path directory) {
        Path data = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(data);
            if (!HELD.add(data)) {
                throw inUse(data, Long.toString(ProcessHandle.current().pid()));
            }
            try {
                DataLock lock = new DataLock(data, locked(data));
                lock.withdraw();
                return lock;
            } catch (IOException | RuntimeException e) {
                HELD.remove(data);
                throw e;
            }
        } catch (IOException e) {
            throw unusable(data, e);
        }
    }

    private static FileChannel locked(Path data) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        data.resolve(FILE),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(data, holderIn(channel));
            }
            channel.truncate(0);
            String process = Long.toString(ProcessHandle.current().pid());
            channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static SqlException inUse(Path data, String process) {
        return new SqlException(
                        SqlState.OBJECT_IN_USE,
                        "the data directory \"%s\" is in use by process %s"
                                .formatted(data, process))
                .hint("stop that server or choose another directory with --data");
    }

    private static SqlException unusable(Path data, IOException fault) {
        String reason =
                switch (fault) {
                    case AccessDeniedException _ -> "permission denied";
                    case FileSystemException wrong when wrong.getReason() != null ->
                            wrong.getReason();
                    default -> fault.toString();
                };
        return new SqlException(
                        SqlState.IO_ERROR,
                        "the data directory \"%s\" can't be used: %s".formatted(data, reason),
                        fault)
                .hint("choose another directory with --data");
    }

    /** Who has the directory now; empty if nobody, and this process could take it. */
    public static Optional<Holder> holder(Path directory) {
        Path data = directory.toAbsolutePath().normalize();
        if (HELD.contains(data)) {
            return Optional.of(
                    new Holder(Long.toString(ProcessHandle.current().pid()), address(data)));
        }
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null
                    ? Optional.empty()
                    : Optional.of(new Holder(holderIn(channel), address(data)));
        } catch (IOException e) {
            throw unusable(data, e);
        }
    }

    private static String holderIn(FileChannel channel) throws IOException {
        ByteBuffer holder = ByteBuffer.allocate(20);
        channel.read(holder, 0);
        return new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).strip();
    }

    private static Optional<String> address(Path data) {
        try {
            return Optional.of(Files.readString(data.resolve(ADDRESS)).strip())
                    .filter(address -> !address.isEmpty());
        } catch (IOException _) {
            // It is not there: the holder starts or stops just now.
            return Optional.empty();
        }
    }

    /** Says where clients reach the holder, such as {@code 127.0.0.1:15432}. */
    public void publish(String address) {
        try {
            Path written = data.resolve(ADDRESS + ".new");
            Files.writeString(written, address + "\n");
            Files.move(written, data.resolve(ADDRESS), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unusable(data, e);
        }
    }

    /** No new client is welcome. */
    public void withdraw() {
        try {
            Files.deleteIfExists(data.resolve(ADDRESS));
        } catch (IOException e) {
            throw unusable(data, e);
        }
    }

    @Override
    public void close() {
        try (channel) {
            withdraw();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(data);
        }
    }
}
