package io.rvbbit.tracking;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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
    private static final int SCAN_BYTES = 1 << 16;

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
        try {
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
            try {
                file.write(MAGIC);
                return new RecordFile(file, MAGIC.length);
            } catch (IOException | RuntimeException fault) {
                file.close();
                throw fault;
            }
        } catch (IOException | RuntimeException fault) {
            // A file without a beginning could never be opened again.
            Files.deleteIfExists(path);
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
        return open(path, _ -> visitor);
    }

    /**
     * The same for a visitor that reads earlier records again while it sees the next one.
     *
     * @param visitor is given the file, which has the records that it has seen
     */
    public static RecordFile open(Path path, Function<RecordFile, Visitor> visitor)
            throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            RecordFile records = new RecordFile(file, file.length());
            records.end = scan(path, visitor.apply(records));
            file.setLength(records.end);
            return records;
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
            return new RecordFile(file, scan(path, visitor));
        } catch (IOException | RuntimeException fault) {
            file.close();
            throw fault;
        }
    }

    /** Reads a file that another may be writing; changes nothing. */
    public static void read(Path path, Visitor visitor) throws IOException {
        long _ = scan(path, visitor);
    }

    /** The end of the last whole record, or of the one that the visitor wanted to be the last. */
    private static long scan(Path path, Visitor visitor) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), SCAN_BYTES)) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("this is no file of records, or of another version");
            }
            long at = MAGIC.length;
            while (true) {
                byte[] frame = in.readNBytes(FRAME);
                int length = frame.length < FRAME ? -1 : length(frame);
                byte[] body = length < 0 ? frame : in.readNBytes(length);
                if (length < 0 || !isWhole(frame, body)) {
                    return at;
                }
                boolean further =
                        visitor.record(at, body[0], Arrays.copyOfRange(body, KIND, length));
                at += FRAME + length;
                if (!further) {
                    return at;
                }
            }
        }
    }

    /** Of kind and payload together; -1 where no record can begin. */
    private static int length(byte[] frame) {
        int length = ByteBuffer.wrap(frame).getInt(0);
        return length < KIND || length > MAX_PAYLOAD + KIND ? -1 : length;
    }

    private static boolean isWhole(byte[] frame, byte[] body) {
        return body.length == length(frame)
                && checksum(body, 0, body.length) == ByteBuffer.wrap(frame).getInt(Integer.BYTES);
    }

    /** Kind and payload; null if there is no whole record. */
    private byte @Nullable [] body(long at) throws IOException {
        byte[] frame = new byte[FRAME];
        if (!readFully(frame, at)) {
            return null;
        }
        int length = length(frame);
        if (length < 0 || at + FRAME + length > file.length()) {
            return null;
        }
        byte[] body = new byte[length];
        return readFully(body, at + FRAME) && isWhole(frame, body) ? body : null;
    }

    private boolean readFully(byte[] bytes, long at) throws IOException {
        file.seek(at);
        int have = 0;
        while (have < bytes.length) {
            int count = file.read(bytes, have, bytes.length - have);
            if (count < 0) {
                return false;
            }
            have += count;
        }
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
            body = body(offset);
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
        lock.lock();
        try {
            file.close();
        } finally {
            lock.unlock();
        }
    }
}
