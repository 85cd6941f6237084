package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Arrays;

/**
 * Bytes that have arrived and are not yet consumed, in one piece.
 *
 * <p>Threading: one thread at a time.
 */
final class CopyBuffer {
    byte[] data = new byte[0];

    /** First byte of the row that is being read. */
    int from;

    /** Where reading goes on. */
    int at;

    int to;
    boolean ended;

    /** Adds bytes behind what is there; without a rest they are taken as they are. */
    void put(byte[] bytes) {
        int rest = to - from;
        if (rest == 0) {
            data = bytes;
            at -= from;
            from = 0;
            to = bytes.length;
            return;
        }
        long needed = (long) rest + bytes.length;
        if (needed > CopyReader.MAX_ROW) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "a row of COPY data is longer than %d bytes".formatted(CopyReader.MAX_ROW));
        }
        if (needed > data.length) {
            // Twice the rest, so that a long row in many pieces is not copied for each of them.
            byte[] larger = new byte[(int) Math.max(needed, 2L * rest)];
            System.arraycopy(data, from, larger, 0, rest);
            data = larger;
        } else if (from > 0) {
            System.arraycopy(data, from, data, 0, rest);
        }
        System.arraycopy(bytes, 0, data, rest, bytes.length);
        at -= from;
        from = 0;
        to = (int) needed;
    }

    /** Everything up to here is done with. */
    void consumeTo(int index) {
        from = index;
        at = index;
    }

    void discard() {
        data = new byte[0];
        from = 0;
        at = 0;
        to = 0;
    }

    byte[] copy(int start, int length) {
        return Arrays.copyOfRange(data, start, start + length);
    }
}
