package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the binary format: signature, flags, then rows of fields with their lengths.
 *
 * <pre>
 * PGCOPY\n\377\r\n\0   flags (int32)   length of what follows (int32) and as many bytes
 * row*                 fields (int16), then for each its length (int32; -1 is NULL) and bytes
 * end                  -1 (int16); may be missing
 * </pre>
 *
 * <p>Threading: one thread at a time.
 */
public final class CopyBinaryReader implements CopyReader {
    static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int OIDS = 1 << 16;
    private static final int NULL = -1;

    private enum State {
        HEADER,
        EXTENSION,
        ROWS,
        TRAILER_SEEN,
        OVER
    }

    private final CopyBuffer in = new CopyBuffer();
    private final CopyContext context;
    private final int[] starts;
    private final int[] lengths;
    private State state = State.HEADER;
    private int extension;
    private boolean begun;
    private int field;
    private long line;

    CopyBinaryReader(String table, List<String> columns) {
        this.context = new CopyContext(table, columns);
        this.starts = new int[columns.size()];
        this.lengths = new int[columns.size()];
    }

    @Override
    public void put(byte[] bytes) {
        try {
            in.put(bytes);
        } catch (SqlException tooLong) {
            throw inWait(tooLong);
        }
    }

    @Override
    public void end() {
        in.ended = true;
    }

    @Override
    public Found next() {
        if (state == State.HEADER && !header()) {
            return Found.NEED_MORE;
        }
        if (state == State.EXTENSION && !skipExtension()) {
            return Found.NEED_MORE;
        }
        if (state == State.ROWS) {
            return row();
        }
        if (state == State.TRAILER_SEEN) {
            return trailer();
        }
        return Found.END;
    }

    private int available() {
        return in.to - in.at;
    }

    private boolean header() {
        int needed = SIGNATURE.length + 8;
        if (available() < needed && !in.ended) {
            return false;
        }
        int signature = SIGNATURE.length;
        if (available() < signature
                || !Arrays.equals(in.data, in.at, in.at + signature, SIGNATURE, 0, signature)) {
            throw CopyReader.badFormat("COPY file signature not recognized");
        }
        if (available() < signature + 4) {
            throw CopyReader.badFormat("invalid COPY file header (missing flags)");
        }
        int flags = int32(in.at + signature);
        if ((flags & OIDS) != 0) {
            throw CopyReader.badFormat("invalid COPY file header (WITH OIDS)");
        }
        if (flags >> 16 != 0) {
            throw CopyReader.badFormat("unrecognized critical flags in COPY file header");
        }
        extension = available() < needed ? -1 : int32(in.at + signature + 4);
        if (extension < 0) {
            throw CopyReader.badFormat("invalid COPY file header (missing length)");
        }
        in.consumeTo(in.at + needed);
        state = State.EXTENSION;
        return true;
    }

    private boolean skipExtension() {
        int here = Math.min(extension, available());
        extension -= here;
        in.consumeTo(in.at + here);
        if (extension > 0) {
            if (in.ended) {
                throw CopyReader.badFormat("invalid COPY file header (wrong length)");
            }
            return false;
        }
        state = State.ROWS;
        return true;
    }

    private Found row() {
        if (!begun) {
            begun = true;
            in.consumeTo(in.at);
            line++;
            field = -1;
        }
        if (field < 0) {
            if (available() < 2) {
                return in.ended ? over() : Found.NEED_MORE;
            }
            int count = ByteBuffer.wrap(in.data).getShort(in.at);
            in.at += 2;
            if (count == -1) {
                in.consumeTo(in.at);
                state = State.TRAILER_SEEN;
                return trailer();
            }
            if (count != starts.length) {
                throw inRow(
                        CopyReader.badFormat(
                                "row field count is %d, expected %d"
                                        .formatted(count, starts.length)));
            }
            field = 0;
        }
        while (field < starts.length) {
            if (!field()) {
                return Found.NEED_MORE;
            }
            field++;
        }
        begun = false;
        return Found.ROW;
    }

    private Found over() {
        state = State.OVER;
        in.discard();
        return Found.END;
    }

    /** False if the field has not arrived as a whole. */
    private boolean field() {
        if (available() < 4) {
            return awaited();
        }
        int length = int32(in.at);
        if (length < NULL) {
            throw inColumn(CopyReader.badFormat("invalid field size"), field);
        }
        if (length > available() - 4) {
            if (length > MAX_ROW) {
                throw inColumn(
                        new SqlException(
                                SqlState.PROGRAM_LIMIT_EXCEEDED,
                                "a field of %d bytes is too long".formatted(length)),
                        field);
            }
            return awaited();
        }
        // Relative to the row, which moves when more bytes arrive.
        starts[field] = in.at + 4 - in.from;
        lengths[field] = length;
        in.at += 4 + Math.max(length, 0);
        return true;
    }

    private boolean awaited() {
        if (in.ended) {
            throw inColumn(CopyReader.badFormat("unexpected EOF in COPY data"), field);
        }
        return false;
    }

    private Found trailer() {
        if (available() > 0) {
            throw inRow(CopyReader.badFormat("received copy data after EOF marker"));
        }
        return in.ended ? over() : Found.NEED_MORE;
    }

    private int int32(int at) {
        return ByteBuffer.wrap(in.data).getInt(at);
    }

    @Override
    public byte[] bytes() {
        return in.data;
    }

    @Override
    public boolean isNull(int column) {
        return lengths[column] == NULL;
    }

    @Override
    public int start(int column) {
        return in.from + starts[column];
    }

    @Override
    public int length(int column) {
        return lengths[column];
    }

    @Override
    public SqlException inRow(SqlException failure) {
        return context.line(failure, line);
    }

    @Override
    public SqlException inColumn(SqlException failure, int column) {
        return context.column(failure, line, column);
    }

    @Override
    public SqlException inWait(SqlException failure) {
        return line == 0 ? failure : inRow(failure);
    }
}
