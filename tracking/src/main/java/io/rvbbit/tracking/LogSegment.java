package io.rvbbit.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the event log while it is written: allocated whole beforehand, then mapped.
 *
 * <p>A file that could not be filled with zeros does not become a segment, so a full disk is met
 * when a segment is made and never when a record is written. Writing is copying into memory: it
 * does not wait for the disk, an interrupt does not disturb it, and what is written outlives the
 * process. Threading: {@link #append} under the log's lock; {@link #sync} and what follows by
 * {@link LogSync} alone.
 */
final class LogSegment {
    private static final Logger LOG = LoggerFactory.getLogger(LogSegment.class);

    /** What the system writes at once; a record may begin at a page's beginning after a gap. */
    static final int PAGE = 4_096;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final Path path;
    private final long number;
    private final int size;
    private final Arena arena;
    private final MemorySegment map;
    private int used = SegmentHeader.SIZE;
    private int synced;

    private LogSegment(Path path, long number, int size, Arena arena, MemorySegment map) {
        this.path = path;
        this.number = number;
        this.size = size;
        this.arena = arena;
        this.map = map;
    }

    /** Makes a file of zeros, for this process' user alone. */
    static LogSegment create(Path path, long number, int size) throws IOException {
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Arena arena = Arena.ofShared();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            // Page by page: what is written at once the system keeps as one piece, and with a few
            // bytes of it would bring all of it to the disk, and hold up who writes beside them.
            byte[] zeros = new byte[PAGE];
            for (int at = 0; at < size; at += PAGE) {
                file.write(zeros, 0, Math.min(PAGE, size - at));
            }
            file.getFD().sync();
            MemorySegment map = file.getChannel().map(MapMode.READ_WRITE, 0, size, arena);
            return new LogSegment(path, number, size, arena, map);
        } catch (IOException | RuntimeException | Error fault) {
            arena.close();
            Files.deleteIfExists(path);
            throw fault;
        }
    }

    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    int size() {
        return size;
    }

    /** The end of the last record. */
    int used() {
        return used;
    }

    void begin(SegmentHeader header) {
        MemorySegment.copy(header.bytes(), 0, map, ValueLayout.JAVA_BYTE, 0, SegmentHeader.SIZE);
    }

    boolean hasRoom(int bytes) {
        return bytes <= left();
    }

    int left() {
        return size - used;
    }

    void append(LogRecord record, long position, long stamp) {
        MemorySegment.copy(
                record.finished(position, stamp),
                0,
                map,
                ValueLayout.JAVA_BYTE,
                used,
                record.length());
        used += record.size();
    }

    /**
     * Leaves the rest of the page free: while the system writes a page to the disk, it would hold
     * up whoever goes on writing it.
     *
     * @return the bytes left free
     */
    int turnPage() {
        int before = used;
        used = Math.min(size, (used + PAGE - 1) & -PAGE);
        return used - before;
    }

    /** What is on the disk itself. */
    int synced() {
        return synced;
    }

    /** Waits until all before {@code to} is on the disk itself. */
    void sync(int to) {
        if (synced < to) {
            map.asSlice(synced, to - synced).force();
            synced = to;
        }
    }

    /**
     * Makes the pages between ready to be written, so that no writer has to wait for the system to
     * do so. It changes nothing in them, also if they are written meanwhile.
     */
    void touch(int from, int to) {
        for (int at = from & -PAGE; at < Math.min(to, size); at += PAGE) {
            long _ = (long) WORD.getAndBitwiseOr(map, (long) at, 0L);
        }
    }

    /** Gives the memory back; the file stays. */
    void unmap() {
        arena.close();
    }

    /** Ends writing, and cuts the file off behind what was written; nothing leaves no file. */
    void close(int written) {
        unmap();
        try {
            if (written == 0) {
                Files.deleteIfExists(path);
            } else {
                try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                    file.setLength(written);
                }
            }
        } catch (IOException e) {
            // The next process finds zeros where the log ends, and cuts them off itself.
            LOG.warn("a file of the event log cannot be made smaller: {}", e.toString());
        }
    }
}
