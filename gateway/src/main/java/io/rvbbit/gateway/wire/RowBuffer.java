package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Collects DataRow or CopyData messages in a growing array, then hands it over as {@link Rows}.
 *
 * <p>Per row: {@link #beginRow}, then for each column {@link #nullValue} or {@link #beginValue},
 * the bytes, {@link #endValue}; then {@link #endRow}. Lengths are patched in when they are known. A
 * row that fails half-way is taken back by {@link #abandonRow}. Arrays come back through {@link
 * #reuse} once they are written; at most two of at most 1 MiB are kept. Threading: one thread at a
 * time, except {@code reuse}, which any thread may call.
 */
public final class RowBuffer {
    private static final int INITIAL = 64 * 1024;
    private static final int MAX_REUSED = 1024 * 1024;
    private static final int MAX_SIZE = Integer.MAX_VALUE - 64;
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(2);
    private byte[] bytes = new byte[INITIAL];
    private int size;
    private int rows;
    private int rowStart;

    /** {@code count} complete frames in the first {@code length} bytes of the array. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Rows(byte[] bytes, int length, int count) {
        @Override
        public String toString() {
            return "Rows[length=" + length + ", count=" + count + "]";
        }
    }

    /** Starts a row of so many columns (at most 65,535). */
    public void beginRow(int columns) {
        beginFrame('D');
        putShort(columns);
    }

    /** Starts a CopyData message, which {@link #endRow} ends as it does a row. */
    public void beginCopyData() {
        beginFrame('d');
    }

    private void beginFrame(char type) {
        rowStart = size;
        putByte(type);
        putInt(0);
    }

    public void endRow() {
        setInt(rowStart + 1, size - rowStart - 1);
        rows++;
        rowStart = size;
    }

    /** Forgets the row that was begun and not ended. */
    public void abandonRow() {
        size = rowStart;
    }

    public void nullValue() {
        putInt(-1);
    }

    /** Leaves room for a length; the answer goes to {@link #endValue}. Values may nest (arrays). */
    public int beginValue() {
        putInt(0);
        return size;
    }

    public void endValue(int start) {
        setInt(start - 4, size - start);
    }

    /** Bytes so far, an unfinished row included. */
    public int size() {
        return size;
    }

    /** Complete rows so far. */
    public int rows() {
        return rows;
    }

    /** Hands over what was collected and begins anew with another array. */
    public Rows take() {
        if (size != rowStart) {
            throw new IllegalStateException("a row is not finished");
        }
        Rows taken = new Rows(bytes, size, rows);
        byte[] next = spare.poll();
        bytes = next == null ? new byte[INITIAL] : next;
        size = 0;
        rows = 0;
        rowStart = 0;
        return taken;
    }

    /** Appends what was collected to {@code out} and begins anew with the same array. */
    public void moveTo(ByteBuf out) {
        if (size != rowStart) {
            throw new IllegalStateException("a row is not finished");
        }
        out.writeBytes(bytes, 0, size);
        size = 0;
        rows = 0;
        rowStart = 0;
    }

    /** Gives an array back after its write is done. The rows are not to be used any more. */
    public void reuse(Rows written) {
        int length = written.bytes().length;
        if (length >= INITIAL && length <= MAX_REUSED) {
            boolean _ = spare.offer(written.bytes());
        }
    }

    /** What has been put since {@code start} bytes, which is UTF-8 text for certain. */
    public String textFrom(int start) {
        return new String(bytes, start, size - start, UTF_8);
    }

    public void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void putShort(int value) {
        ensure(2);
        SHORT.set(bytes, size, (short) value);
        size += 2;
    }

    public void putInt(int value) {
        ensure(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    public void putLong(long value) {
        ensure(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    public void putBytes(byte[] source) {
        putBytes(source, 0, source.length);
    }

    public void putBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Copies by absolute index; the source's position stays. */
    public void putBytes(ByteBuffer source, int index, int length) {
        ensure(length);
        source.get(index, bytes, size, length);
        size += length;
    }

    /** Text that is ASCII for certain. */
    @SuppressWarnings("deprecation") // the one method that copies Latin-1 without another array
    void putAscii(String text) {
        int length = text.length();
        ensure(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    public void putUtf8(String text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                putBytes(text.substring(i).getBytes(UTF_8)); // the rare rest, by the library
                return;
            }
            bytes[size++] = (byte) c;
        }
    }

    /** Decimal digits of a non-negative number, with zeros in front up to a width. */
    void putDigits(long value, int width) {
        int digits = Math.max(width, digits(value));
        ensure(digits);
        long rest = value;
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    static int digits(long value) {
        int digits = 1;
        for (long bound = 10; value >= bound && digits < 19; bound *= 10) {
            digits++;
        }
        return digits;
    }

    byte byteAt(int index) {
        return bytes[index];
    }

    /** Whether exactly these bytes have been put since {@code start}. */
    boolean holdsFrom(int start, byte[] expected) {
        return Arrays.equals(bytes, start, size, expected, 0, expected.length);
    }

    void setByte(int index, int value) {
        bytes[index] = (byte) value;
    }

    void setInt(int index, int value) {
        INT.set(bytes, index, value);
    }

    /** Cuts back to an earlier size. */
    void truncate(int newSize) {
        size = newSize;
    }

    /** Makes the buffer longer by so many bytes, whose content is whatever was there. */
    void extend(int count) {
        ensure(count);
        size += count;
    }

    private void ensure(int count) {
        if (count > bytes.length - size) {
            grow(count);
        }
    }

    private void grow(int count) {
        long needed = (long) size + count;
        if (needed > MAX_SIZE) {
            throw new OutOfMemoryError("a batch of rows would pass 2 GiB");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.clamp(bytes.length * 2L, needed, MAX_SIZE));
    }
}
