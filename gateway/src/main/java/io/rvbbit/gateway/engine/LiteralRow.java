package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one row of a {@link LiteralQuery}, which the engine computes the first time alone: it takes
 * longer to wake its threads than everything else in such a round trip.
 *
 * <p>Threading: the session's thread only.
 */
final class LiteralRow {
    private @Nullable RawChunk row;

    /** The row, which {@code first} computes unless it is known. */
    ResultCursor read(RawPrepared first) {
        RawChunk known = row;
        if (known == null) {
            known = compute(first);
            row = known;
        }
        return new Once(known);
    }

    private static RawChunk compute(RawPrepared statement) {
        try (RawCursor cursor = statement.run(List.of())) {
            ByteBuffer chunk = cursor.fetch();
            if (chunk == null) {
                throw new IllegalStateException("literals are one row");
            }
            return new RawChunk(chunk, cursor.shape());
        }
    }

    void drop() {
        RawChunk known = row;
        if (known != null) {
            row = null;
            known.destroy();
        }
    }

    private static final class Once implements ResultCursor {
        private final RawChunk row;
        private boolean read;

        Once(RawChunk row) {
            this.row = row;
        }

        @Override
        public List<Column> columns() {
            return row.shape().columns();
        }

        @Override
        public @Nullable Chunk next() {
            boolean first = !read;
            read = true;
            return first ? row : null;
        }

        @Override
        public long changedRows() {
            return -1;
        }

        @Override
        public void close() {
            // The row is the statement's.
        }
    }
}
