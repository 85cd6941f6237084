package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one kind of store as it is, without waiting for events that are on their way to it.
 *
 * <p>Each method throws {@link BooksUnavailable} if the store cannot be read. Threading: any
 * thread.
 */
interface StoreReader {
    /** What it can read. */
    List<BookTable> tables();

    /**
     * Some columns of one table, as {@link BookReader#scan}.
     *
     * @param userName whose statements' rows; null for everybody's
     */
    default Scan scan(String table, List<String> columns, @Nullable String userName) {
        return scan(table, columns, userName, List.of());
    }

    /** As {@link BookReader#scan(String, List, Optional, List)}. */
    Scan scan(
            String table,
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions);

    /** What the good calls of a cascade have taken, of everybody's statements. */
    List<CallStatistics> statistics(String cascadeId);

    /** Tells what was spent since a moment. */
    void spending(Instant since, SpendingReader reader);
}
