package io.rvbbit.gateway.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a cursor has passed and may come back to, numbered from 0 in the order they came.
 *
 * <p>Rows of the engine go to a temporary table of a connection of their own: DuckDB's memory limit
 * holds for them, and beyond it the temporary directory. Rows of text that the gateway made itself
 * are few and stay where they are. Threading: the session's thread only.
 */
public final class RowStore implements AutoCloseable {
    /** DuckDB's tables give vectors of so many rows, aligned. */
    private static final int PAGE = 2_048;

    private final EngineConnection client;
    private final List<Chunk> kept = new ArrayList<>();
    private @Nullable RawConnection store;
    private @Nullable RowShape shape;
    private @Nullable RawPrepared page;
    private @Nullable RawCursor reading;
    private long rows;

    /** An empty store beside a client's connection; nothing is opened before the first row. */
    public RowStore(EngineConnection client) {
        this.client = client;
    }

    public long rows() {
        return rows;
    }

    /** Copies the chunk's rows; a page read before is gone. */
    public void append(Chunk chunk) {
        stopReading();
        if (chunk instanceof RawChunk raw) {
            try (TemporaryTable table = table(raw.shape())) {
                table.append(raw.handle());
            }
        } else {
            kept.add(chunk);
        }
        rows += chunk.rows();
    }

    private TemporaryTable table(RowShape newShape) {
        RawConnection open = store;
        if (open == null) {
            open = raw(client.sibling());
            store = open;
            shape = newShape;
            return TemporaryTable.create(open, "kept", newShape.storedColumns());
        }
        return TemporaryTable.open(open, "kept");
    }

    /** Rows from some number up to the wanted one, and perhaps behind it; valid until the next. */
    public Page read(long wanted) {
        stopReading();
        if (wanted < 0 || wanted >= rows) {
            throw new IndexOutOfBoundsException("row " + wanted + " of " + rows);
        }
        return kept.isEmpty() ? stored(wanted) : keptPage(wanted);
    }

    private Page keptPage(long wanted) {
        long first = 0;
        for (Chunk chunk : kept) {
            if (wanted < first + chunk.rows()) {
                return new Page(chunk, first);
            }
            first += chunk.rows();
        }
        throw new IllegalStateException("row " + wanted + " was never kept");
    }

    private Page stored(long wanted) {
        RawConnection open = store;
        RowShape known = shape;
        if (open == null || known == null) {
            throw new IllegalStateException("no row was ever kept");
        }
        long first = wanted / PAGE * PAGE;
        RawPrepared reader =
                open.prepareOurs(
                        "FROM temp.main.kept WHERE rowid >= %d AND rowid < %d"
                                .formatted(first, first + PAGE),
                        List.of());
        page = reader;
        RawCursor cursor = reader.executeAs(known);
        reading = cursor;
        for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            if (wanted < first + chunk.rows()) {
                return new Page(chunk, first);
            }
            first += chunk.rows();
        }
        throw new IllegalStateException("row " + wanted + " is gone");
    }

    private void stopReading() {
        RawCursor cursor = reading;
        if (cursor != null) {
            reading = null;
            cursor.close();
        }
        RawPrepared reader = page;
        if (reader != null) {
            page = null;
            reader.close();
        }
    }

    private static RawConnection raw(EngineConnection connection) {
        if (connection instanceof RawConnection ours) {
            return ours;
        }
        throw new IllegalArgumentException("a connection of another engine: " + connection);
    }

    @Override
    public void close() {
        stopReading();
        kept.clear();
        RawConnection open = store;
        if (open != null) {
            store = null;
            open.close();
        }
    }

    /**
     * Rows beside each other.
     *
     * @param first number of the chunk's first row
     */
    public record Page(Chunk chunk, long first) {}
}
