package io.rvbbit.tracking.completion;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Where the parts of calls are, and whole calls go. Each method is one transaction: it does all it
 * says or nothing, so whoever does not know whether it did may simply repeat it.
 *
 * <p>Threading: one thread at a time.
 */
public interface CallStore extends AutoCloseable {
    /** Parts that were stored and no {@link #complete} has seen. */
    long depth() throws SQLException;

    /**
     * Puts together what has come since the last time, in the order in which it was stored.
     *
     * <p>A part whose other half is missing is kept, with the time, until that comes; after {@code
     * timeout} it is flagged: a start without an end ends in an error, an end without a start has
     * lost it. If the half comes all the same, the whole call takes the flagged one's place.
     *
     * @param failures steps that have failed since the last one that did not
     */
    Step complete(Instant now, Duration timeout, long failures) throws SQLException;

    /**
     * @param parts that were seen
     * @param matched calls that are whole now
     * @param more whether parts are left for another step
     */
    record Step(long parts, long matched, boolean more) {}

    /**
     * Asks for days to be gone through again; days that are complete stay as they are.
     *
     * @return how many days are to be done
     */
    long request(LocalDate first, LocalDate last, Instant now) throws SQLException;

    /** The newest day that is asked for and not complete. */
    Optional<LocalDate> nextDay() throws SQLException;

    /**
     * Goes on with a day where the last call for it ended, if it succeeded.
     *
     * @param timeout how old half a call must be to be flagged
     */
    Slice backfill(LocalDate day, Instant now, Duration timeout) throws SQLException;

    /** Counts a failure; after some of them the day is failed until it is asked for again. */
    void failed(LocalDate day, Instant now) throws SQLException;

    /**
     * @param calls that were stored
     * @param complete whether this was the last slice of the day
     */
    record Slice(long calls, boolean complete) {}

    @Override
    void close();
}
