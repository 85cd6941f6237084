package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.time.Instant;

/** Hears what was spent since a moment. Threading: the thread that reads. */
public interface SpendingReader {
    /** All answered attempts of a user's statements, as far as their cost is known; once a user. */
    void spent(String user, BigDecimal costUsd);

    /**
     * An attempt that may have cost something that nobody told.
     *
     * @param body as it was sent
     */
    void uncosted(String user, String provider, String model, String body, Instant at);
}
