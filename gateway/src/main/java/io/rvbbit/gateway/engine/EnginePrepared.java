package io.rvbbit.gateway.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared statement. Threading: the session's thread only. */
public interface EnginePrepared extends AutoCloseable {
    /** The result's columns; empty for a statement that gives no rows. */
    List<Column> columns();

    /** DuckDB type names of {@code $1 …}; VARCHAR where nothing tells the type. */
    List<String> parameterTypes();

    Kind kind();

    /**
     * Starts the statement.
     *
     * @param parameters one value per parameter: Boolean, Short, Integer, Long, Float, Double,
     *     BigDecimal, String, byte[], java.time values, UUID, List; null is SQL NULL
     */
    ResultCursor execute(List<@Nullable Object> parameters);

    @Override
    void close();

    /** What executing gives. */
    enum Kind {
        ROWS,
        CHANGED_ROWS,
        NOTHING
    }
}
