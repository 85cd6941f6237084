package io.rvbbit.it.bench;

import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.duckdb.RawDriver;

/**
 * DuckDB's vectors as DataRow messages that nobody is sent: the most that a server without a socket
 * could give.
 *
 * <p>No column may hold a NULL. Threading: one thread.
 */
final class VectorRows {
    /** How a column is kept and told. */
    enum Kind {
        BIGINT,
        DOUBLE,
        VARCHAR,
        TIMESTAMP,
        NUMERIC_2
    }

    private static final int INLINE = 12;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int FLOAT_DIGITS = 1;

    private final List<Kind> kinds;
    private final boolean binary;
    private final RowBuffer out = new RowBuffer();

    VectorRows(List<Kind> kinds, boolean binary) {
        this.kinds = List.copyOf(kinds);
        this.binary = binary;
    }

    /** The rows of one chunk. */
    void write(ByteBuffer chunk) {
        int rows = RawDriver.rows(chunk);
        ByteBuffer[] columns = new ByteBuffer[kinds.size()];
        for (int column = 0; column < columns.length; column++) {
            int width = kinds.get(column) == Kind.VARCHAR ? 16 : 8;
            columns[column] = RawDriver.data(RawDriver.vector(chunk, column), (long) rows * width);
        }
        for (int row = 0; row < rows; row++) {
            out.beginRow(columns.length);
            for (int column = 0; column < columns.length; column++) {
                int start = out.beginValue();
                value(kinds.get(column), columns[column], row);
                out.endValue(start);
            }
            out.endRow();
            if (out.size() >= BATCH_BYTES) {
                out.reuse(out.take());
            }
        }
    }

    private void value(Kind kind, ByteBuffer data, int row) {
        switch (kind) {
            case VARCHAR -> text(data, row);
            case BIGINT -> {
                if (binary) {
                    BinaryFormat.int8(out, data.getLong(row * 8));
                } else {
                    TextFormat.integer(out, data.getLong(row * 8));
                }
            }
            case DOUBLE -> {
                if (binary) {
                    BinaryFormat.float8(out, data.getDouble(row * 8));
                } else {
                    TextFormat.float8(out, data.getDouble(row * 8), FLOAT_DIGITS);
                }
            }
            case TIMESTAMP -> {
                if (binary) {
                    BinaryFormat.timestamp(out, data.getLong(row * 8));
                } else {
                    TextFormat.timestamp(out, data.getLong(row * 8));
                }
            }
            case NUMERIC_2 -> {
                if (binary) {
                    BinaryFormat.numeric(out, data.getLong(row * 8), 2);
                } else {
                    TextFormat.numeric(out, data.getLong(row * 8), 2);
                }
            }
        }
    }

    @SuppressWarnings("restricted") // reads what DuckDB points to
    private void text(ByteBuffer data, int row) {
        int length = data.getInt(row * 16);
        byte[] bytes = new byte[length];
        if (length <= INLINE) {
            data.get(row * 16 + 4, bytes);
        } else {
            MemorySegment text =
                    MemorySegment.ofAddress(data.getLong(row * 16 + 8)).reinterpret(length);
            MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
        }
        out.putBytes(bytes);
    }
}
