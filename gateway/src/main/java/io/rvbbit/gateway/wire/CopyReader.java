package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;

/**
 * Cuts what a client copies in into rows of fields, however the bytes are cut into messages.
 *
 * <p>Feed it with {@link #put}, then call {@link #next} until it wants more or is over. A row's
 * fields are valid until the next call. Threading: one thread at a time.
 */
public sealed interface CopyReader permits CopyTextReader, CopyBinaryReader {
    /** Bytes that one line, or one row of the binary format, may have. */
    int MAX_ROW = 64 * 1024 * 1024;

    /** What {@link #next} has found. */
    enum Found {
        ROW,
        /** Nothing whole: put more, or say {@link #end}. */
        NEED_MORE,
        /** There will be no further row, whatever is put. */
        END
    }

    /**
     * The reader of one COPY.
     *
     * @param table for the context of errors
     * @param columns their names, in the order of the fields
     */
    static CopyReader of(CopyOptions options, String table, List<String> columns) {
        return options.format() == CopyOptions.Format.BINARY
                ? new CopyBinaryReader(table, columns)
                : new CopyTextReader(options, table, columns);
    }

    /** Takes the next bytes, which become the reader's own. */
    void put(byte[] bytes);

    /** No more bytes will come. */
    void end();

    /**
     * The next row, if there is a whole one.
     *
     * @throws SqlException 22P04 or 22021 with its context
     */
    Found next();

    /** Where the fields lie. */
    byte[] bytes();

    /**
     * Whether the field is NULL.
     *
     * @throws SqlException 22P04 if the row ends before this column
     */
    boolean isNull(int column);

    int start(int column);

    int length(int column);

    /** The failure with the line it happened in as context. */
    SqlException inRow(SqlException failure);

    /** The failure with line, column and value as context. */
    SqlException inColumn(SqlException failure, int column);

    /** The failure while the next row was awaited. */
    SqlException inWait(SqlException failure);

    static SqlException badFormat(String message) {
        return new SqlException(SqlState.BAD_COPY_FILE_FORMAT, message);
    }
}
