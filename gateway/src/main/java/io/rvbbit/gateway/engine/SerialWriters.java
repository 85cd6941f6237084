package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets one SERIALIZABLE transaction that writes run at a time.
 *
 * <p>One after the other they are serializable, and a reader's snapshot lies between two of them.
 * Threading: any thread.
 */
public final class SerialWriters {
    private static final long LOOK_MILLIS = 20;

    private final Semaphore turn = new Semaphore(1, true);

    /**
     * Waits for its turn.
     *
     * @param longest zero is for ever
     * @param check throws when the wait is to end
     * @throws SqlException 55P03 after {@code longest}
     */
    public void acquire(Duration longest, Runnable check) {
        long begun = System.nanoTime();
        try {
            while (!turn.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                check.run();
                if (!longest.isZero() && System.nanoTime() - begun > longest.toNanos()) {
                    throw new SqlException(
                            SqlState.LOCK_NOT_AVAILABLE, "canceling statement due to lock timeout");
                }
            }
        } catch (InterruptedException fault) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", fault);
        }
    }

    /** Gives the turn back. */
    public void release() {
        turn.release();
    }
}
