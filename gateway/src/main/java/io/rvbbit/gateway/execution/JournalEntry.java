package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import java.util.Optional;

/**
 * A change that a transaction has made, and how to make it again. Threading: the session's thread.
 */
public interface JournalEntry {
    /** The statement gave this; told once, when it is complete. */
    void completed(String tag);

    /** Why it cannot be made again with the same outcome; empty if it can. */
    Optional<SqlException> obstacle();

    /** Whether its outcome hangs on rows that other clients may have changed meanwhile. */
    boolean readsTables();

    /**
     * Makes the change again, in the transaction that is open now.
     *
     * @throws SqlException 40001 if the outcome is another one
     */
    void replay();
}
