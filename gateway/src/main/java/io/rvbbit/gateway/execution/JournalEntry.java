package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import java.util.Optional;

/**
 * A change that a transaction has made, and how to make it again. Threading: the session's thread.
 */
public interface JournalEntry {
    /** The statement gave this; told once, when it is complete. */
    void completed(String tag);

    /** Whether it makes or drops a table, a sequence or the like. */
    default boolean defines() {
        return false;
    }

    /**
     * Why it cannot be made again with the same outcome; empty if it can.
     *
     * @param defined whether definitions are made again with it: their sequences start anew
     */
    Optional<SqlException> obstacle(boolean defined);

    /** Whether its outcome hangs on rows that other clients may have changed meanwhile. */
    boolean readsTables();

    /**
     * Makes the change again, in the transaction that is open now.
     *
     * @throws SqlException 40001 if the outcome is another one
     */
    void replay();
}
