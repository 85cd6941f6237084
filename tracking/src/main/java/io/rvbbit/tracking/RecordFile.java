package io.rvbbit.tracking;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of records that tells a torn end from a whole one.
 *
 * <p>Form, version 1, numbers big-endian: eight bytes {@code RVBBIT}, 0 and 1; then each record as
 * four bytes length of the rest but the checksum, four bytes CRC-32C of it, one byte kind, payload.
 * A record is written in one piece before {@link #append} returns, so it outlives the process, and
 * with {@link #force} the machine. Whatever a crash has torn off is cut away when the file is
 * opened again.
 *
 * <p>Threading: any thread, interrupted or not: a channel would close for everybody when one of its
 * threads is interrupted, which is how calls are cancelled.
 */
public final class RecordFile implements Closeable {
    /** A longer payload is refused: what looks longer in a file is torn. */
    public static final int MAX_PAYLOAD = 256 << 20;

    private static final byte[] MAGIC = "RVBBIT\0\1".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME = 8;
    private static final int KIND = 1;

    private final RandomAccessFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private long end;

    /** Hears of each record in the order of their writing. */
    public interface Visitor {
        /**
         * @param offset what {@link RecordFile#read(long)} finds the record by
         * @return whether to go on to the next one
         */
        boolean record(long offset, byte kind, byte[] payload) throws IOException;
    }

    private RecordFile(RandomAccessFile file, long end) {
        this.file = file;
        this.end = end;
    }

    /** A new file, for this process' user alone. */
    public static RecordFile create(Path path) throws IOException {
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            file.write(MAGIC);
            return new RecordFile(file, MAGIC.length);
        } catch (IOException | RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    /**
     * Reads a file and makes ready to go on writing it, behind its last whole record.
     *
     * @param visitor sees every record, so it always asks for the next one
     * @throws IOException also if it is no such file
     */
    public static RecordFile open(Path path, Visitor visitor) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            long end = scan(file, visitor);
            file.setLength(end);
            return new RecordFile(file, end);
        } catch (IOException | RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    /**
     * Reads a file that another may be writing, and makes ready to read its records again.
     *
     * @param visitor sees every record, so it always asks for the next one
     * @throws IOException also if it is no such file
     */
    public static RecordFile openToRead(Path path, Visitor visitor) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        try {
            return new RecordFile(file, scan(file, visitor));
        } catch (IOException | RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    /** Reads a file that another may be writing; changes nothing. */
    public static void read(Path path, Visitor visitor) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long _ = scan(file, visitor);
        }
    }

    /** The end of the last whole record. */
    private static long scan(RandomAccessFile file, Visitor visitor) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        if (!readFully(file, magic, 0) || !Arrays.equals(magic, MAGIC)) {
            throw new IOException("this is no file of records, or of another version");
        }
        long at = MAGIC.length;
        while (true) {
            byte[] body = body(file, at);
            if (body == null) {
                return at;
            }
            boolean further =
                    visitor.record(at, body[0], Arrays.copyOfRange(body, KIND, body.length));
            at += FRAME + body.length;
            if (!further) {
                return at;
            }
        }
    }

    /** Kind and payload; null if there is no whole record. */
    private static byte @Nullable [] body(RandomAccessFile file, long at) throws IOException {
        byte[] frame = new byte[FRAME];
        if (!readFully(file, frame, at)) {
            return null;
        }
        int length = ByteBuffer.wrap(frame).getInt(0);
        if (length < KIND || length > MAX_PAYLOAD + KIND) {
            return null;
        }
        byte[] body = new byte[length];
        return readFully(file, body, at + FRAME)
                        && checksum(body, 0, length) == ByteBuffer.wrap(frame).getInt(Integer.BYTES)
                ? body
                : null;
    }

    private static boolean readFully(RandomAccessFile file, byte[] bytes, long at)
            throws IOException {
        if (at + bytes.length > file.length()) {
            return false;
        }
        file.seek(at);
        file.readFully(bytes);
        return true;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /**
     * Writes a record behind the last one.
     *
     * @return what {@link #read(long)} finds it by
     * @throws IOException if it could not be written whole; the next one then takes its place
     */
    public long append(byte kind, byte[] payload) throws IOException {
        if (payload.length > MAX_PAYLOAD) {
            throw new IOException("a record of " + payload.length + " bytes is too long");
        }
        byte[] record = new byte[FRAME + KIND + payload.length];
        ByteBuffer.wrap(record).position(FRAME).put(kind).put(payload);
        ByteBuffer.wrap(record)
                .putInt(0, KIND + payload.length)
                .putInt(Integer.BYTES, checksum(record, FRAME, KIND + payload.length));
        lock.lock();
        try {
            long at = end;
            file.seek(at);
            file.write(record);
            end = at + record.length;
            return at;
        } finally {
            lock.unlock();
        }
    }

    /** The payload of the record at that offset. */
    public byte[] read(long offset) throws IOException {
        byte[] body;
        lock.lock();
        try {
            body = body(file, offset);
        } finally {
            lock.unlock();
        }
        if (body == null) {
            throw new EOFException("there is no record at " + offset);
        }
        return Arrays.copyOfRange(body, KIND, body.length);
    }

    /** Waits until everything appended so far is on the disk itself. */
    public void force() throws IOException {
        file.getFD().sync();
    }

    /** Bytes written so far. */
    public long size() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
