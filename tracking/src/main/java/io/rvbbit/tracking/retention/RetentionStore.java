package io.rvbbit.tracking.retention;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes old rows from one kind of store.
 *
 * <p>Never concerned are rows of statements and sessions that still run. Threading: one thread at a
 * time, beside the store's writer and readers.
 */
public interface RetentionStore extends AutoCloseable {
    /** Told before each run what is kept how long, for a store that can see to it by itself. */
    void prepare(RetentionPolicy policy) throws SQLException;

    /** When the oldest row began that may be removed; empty if none before {@code before} may. */
    Optional<Instant> oldest(RetainedTable table, Instant before) throws SQLException;

    /** How many rows began in {@code [from, before)} and may be removed. */
    long count(RetainedTable table, Instant from, Instant before) throws SQLException;

    /**
     * Removes these rows, all of them or none.
     *
     * @param file what they are written to before; null: nothing
     * @return how many there were
     */
    long remove(RetainedTable table, Instant from, Instant before, @Nullable ExportFile file)
            throws SQLException, IOException;

    /**
     * Ends what is being removed now, if anything is: that fails, and nothing or all of it is gone.
     * Threading: any thread.
     */
    void cancel();

    @Override
    void close();
}
