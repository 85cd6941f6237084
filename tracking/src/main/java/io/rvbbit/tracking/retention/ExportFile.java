package io.rvbbit.tracking.retention;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The Parquet file of one slice of a table: {@code DIR/unified_logs/2026-08-01.parquet}, or {@code
 * 2026-08-01T13.parquet} for an hour of it.
 *
 * <p>It has its name only once it is whole and on the disk itself, and no file is written over: a
 * slice that is exported a second time (rows that came late, or a process that was killed before it
 * could remove them) becomes {@code 2026-08-01.2.parquet}. Threading: one thread.
 */
public final class ExportFile {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final String name;

    private ExportFile(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /**
     * @param hourly whether the slice is an hour, not a day
     */
    static ExportFile in(Path exports, RetainedTable table, Instant from, boolean hourly)
            throws IOException {
        Path directory = Files.createDirectories(exports.resolve(table.tableName()));
        return new ExportFile(directory, (hourly ? HOUR : DAY).format(from));
    }

    /** What the store writes to; something that was left there goes. */
    public Path part() throws IOException {
        Files.deleteIfExists(written());
        return written();
    }

    /** Where it stands until it is kept. */
    public Path written() {
        return directory.resolve("." + name + ".part");
    }

    /** The rows stay, and nothing of the file. */
    public void drop() throws IOException {
        Files.deleteIfExists(written());
    }

    /** Now the rows may be removed. */
    public void keep() throws IOException {
        Path part = written();
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, free(), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path free() {
        Path path = directory.resolve(name + ".parquet");
        for (int number = 2; Files.exists(path, LinkOption.NOFOLLOW_LINKS); number++) {
            path = directory.resolve(name + "." + number + ".parquet");
        }
        return path;
    }
}
