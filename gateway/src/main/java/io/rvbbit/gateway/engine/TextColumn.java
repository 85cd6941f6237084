package io.rvbbit.gateway.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one column, which go into the engine's vector many at a time: a call of the engine
 * for each would take longer than all else that is done for a row.
 *
 * <p>Threading: one thread at a time.
 */
final class TextColumn {
    /** Of texts that wait; a longer text goes alone. */
    private static final int MOST_BYTES = 1 << 20;

    private byte[] @Nullable [] waiting = new byte[64][];
    private int count;
    private long first;
    private long bytes;

    /** The text of the row after the last; null is NULL. */
    void add(DuckDBWritableVector vector, @Nullable String text) {
        if (count == waiting.length) {
            waiting = Arrays.copyOf(waiting, 2 * count);
        }
        byte @Nullable [] encoded = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        waiting[count] = encoded;
        count++;
        bytes += encoded == null ? 0 : encoded.length;
        if (bytes > MOST_BYTES) {
            put(vector);
        }
    }

    /**
     * To be called when the vector is full, or there are no more rows; the next row is the first.
     */
    void end(DuckDBWritableVector vector) {
        put(vector);
        first = 0;
    }

    private void put(DuckDBWritableVector vector) {
        if (count > 0) {
            vector.setStringUtf8Batch(first, Arrays.copyOf(waiting, count));
            Arrays.fill(waiting, 0, count, null);
            first += count;
            count = 0;
            bytes = 0;
        }
    }
}
