package io.rvbbit.gateway.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #ROWS} rows written straight into DuckDB's vectors.
 *
 * <p>Each column of a row is set once, in the form that {@link Vector} reads it. Text gathers in an
 * array per column and is handed over once per chunk. Threading: the session's thread only.
 */
public final class ChunkFill implements AutoCloseable {
    static final int ROWS = 2_048;

    /** A chunk with so much text is full, whatever its rows. */
    private static final int FULL_BYTES = 8 << 20;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** The text of one column. */
    private static final class Text {
        private byte[] bytes = new byte[4096];
        private final long[] lengths = new long[ROWS];
        private int size;
    }

    private final ByteBuffer chunk;
    private final ByteBuffer[] vectors;
    private final boolean[] blobs;
    private final Layout[] layouts;
    private final MemorySegment[] data;
    private final MemorySegment[] validity;
    private final @Nullable Text[] texts;
    private int rows;
    private long textBytes;
    private boolean closed;

    /** A chunk with the column types of the appender's table. */
    ChunkFill(ByteBuffer appender, List<EngineType> types) {
        this.chunk = RawDriver.chunkFor(appender, types.size());
        this.layouts = types.stream().map(Layout::of).toArray(Layout[]::new);
        this.vectors = new ByteBuffer[layouts.length];
        this.blobs = new boolean[layouts.length];
        this.data = new MemorySegment[layouts.length];
        this.validity = new MemorySegment[layouts.length];
        this.texts = new Text[layouts.length];
        for (int i = 0; i < layouts.length; i++) {
            // The driver takes a whole column of text at once, but only UTF-8.
            blobs[i] = types.get(i).kind() == EngineType.Kind.BLOB;
            if (layouts[i] == Layout.STRING && !blobs[i]) {
                texts[i] = new Text();
            }
        }
        map();
    }

    private void map() {
        for (int i = 0; i < layouts.length; i++) {
            ByteBuffer vector = RawDriver.vector(chunk, i);
            vectors[i] = vector;
            data[i] =
                    MemorySegment.ofBuffer(RawDriver.data(vector, (long) ROWS * layouts[i].bytes));
            validity[i] = MemorySegment.ofBuffer(RawDriver.writableValidity(vector, ROWS));
        }
        rows = 0;
        textBytes = 0;
    }

    int rows() {
        return rows;
    }

    long textBytes() {
        return textBytes;
    }

    boolean isFull() {
        return rows == ROWS || textBytes >= FULL_BYTES;
    }

    public void setNull(int column) {
        checkOpen();
        MemorySegment bits = validity[column];
        long at = (rows >> 6) * 8L;
        bits.set(LONG, at, bits.get(LONG, at) & ~(1L << (rows & 63)));
        Text text = texts[column];
        if (text != null) {
            text.lengths[rows] = -1;
        }
    }

    /** Kinds that {@link Vector#getLong} serves; the value is in the kind's range. */
    public void setLong(int column, long value) {
        checkOpen();
        MemorySegment values = data[column];
        switch (layouts[column]) {
            case BYTE, UNSIGNED_BYTE -> values.set(ValueLayout.JAVA_BYTE, rows, (byte) value);
            case SHORT, UNSIGNED_SHORT -> values.set(SHORT, rows * 2L, (short) value);
            case INT, UNSIGNED_INT -> values.set(INT, rows * 4L, (int) value);
            case LONG, UNSIGNED_LONG -> values.set(LONG, rows * 8L, value);
            case HUGE, UNSIGNED_HUGE -> huge(values, value >> 63, value);
            default -> throw refused(column);
        }
    }

    public void setDouble(int column, double value) {
        checkOpen();
        switch (layouts[column]) {
            case FLOAT ->
                    data[column].set(ValueLayout.JAVA_FLOAT_UNALIGNED, rows * 4L, (float) value);
            case DOUBLE -> data[column].set(ValueLayout.JAVA_DOUBLE_UNALIGNED, rows * 8L, value);
            default -> throw refused(column);
        }
    }

    /** Kinds that {@link Vector#getBigInteger} serves; the value is in the kind's range. */
    public void setBigInteger(int column, BigInteger value) {
        switch (layouts[column]) {
            case HUGE, UNSIGNED_HUGE -> {
                checkOpen();
                huge(data[column], value.shiftRight(64).longValue(), value.longValue());
            }
            default -> setLong(column, value.longValue());
        }
    }

    private void huge(MemorySegment values, long high, long low) {
        values.set(LONG, rows * 16L, low);
        values.set(LONG, rows * 16L + 8, high);
    }

    public void setUuid(int column, long high, long low) {
        checkOpen();
        // DuckDB flips the top bit so that UUIDs sort as integers.
        huge(data[column], high ^ Long.MIN_VALUE, low);
    }

    public void setInterval(int column, int months, int days, long micros) {
        checkOpen();
        if (layouts[column] != Layout.INTERVAL) {
            throw refused(column);
        }
        data[column].set(INT, rows * 16L, months);
        data[column].set(INT, rows * 16L + 4, days);
        data[column].set(LONG, rows * 16L + 8, micros);
    }

    /** VARCHAR in well-formed UTF-8, and BLOB. */
    public void setBytes(int column, byte[] source, int start, int length) {
        checkOpen();
        textBytes += length;
        if (blobs[column]) {
            RawDriver.assignBytes(
                    vectors[column], rows, Arrays.copyOfRange(source, start, start + length));
            return;
        }
        Text text = texts[column];
        if (text == null) {
            throw refused(column);
        }
        if (length > text.bytes.length - text.size) {
            long needed = (long) text.size + length;
            text.bytes =
                    Arrays.copyOf(
                            text.bytes,
                            (int)
                                    Math.clamp(
                                            2L * text.bytes.length,
                                            needed,
                                            Integer.MAX_VALUE - 64));
        }
        System.arraycopy(source, start, text.bytes, text.size, length);
        text.size += length;
        text.lengths[rows] = length;
    }

    /** A value in the engine's own spelling, for a column that is cast from text. */
    public void setText(int column, Object value) {
        Object text = ParameterValues.driverValue(value);
        byte[] bytes = String.valueOf(text).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        setBytes(column, bytes, 0, bytes.length);
    }

    void endRow() {
        rows++;
    }

    /** Copies the rows to the appender and starts anew. */
    void appendTo(ByteBuffer appender) throws SQLException {
        checkOpen();
        for (int i = 0; i < layouts.length; i++) {
            Text text = texts[i];
            if (text != null) {
                RawDriver.assignStrings(
                        vectors[i],
                        text.bytes,
                        rows == ROWS ? text.lengths : Arrays.copyOf(text.lengths, rows),
                        text.size);
                text.size = 0;
                if (text.bytes.length > FULL_BYTES) {
                    text.bytes = new byte[4096];
                }
            }
        }
        RawDriver.truncate(chunk, rows);
        RawDriver.append(appender, chunk);
        RawDriver.reset(chunk);
        map();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this chunk is gone");
        }
    }

    private IllegalStateException refused(int column) {
        return new IllegalStateException("this setter does not serve " + layouts[column]);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            RawDriver.destroyChunk(chunk);
        }
    }
}
