package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The engine's transaction, with a journal of its changes so that a savepoint can be gone back to.
 *
 * <p>DuckDB has no savepoints. Where nothing was written since one, nothing has to be done. Else
 * the transaction is rolled back, begun anew, and the changes before the savepoint are made again:
 * only such as give the same on the same data, and only while nobody else has changed any. All else
 * is refused, and the transaction stays failed. Threading: the session's thread only.
 */
final class EngineTransaction {
    private final ClientContext client;
    private final List<JournalEntry> journal = new ArrayList<>();
    private Optional<SqlException> lost = Optional.empty();
    private boolean alone;
    private boolean serial;
    private long changesAtBegin;
    private FunctionUses.Versions definitionsAtBegin = new FunctionUses.Versions(0, 0);

    EngineTransaction(ClientContext client) {
        this.client = client;
    }

    boolean isOpen() {
        return client.connection().inTransaction();
    }

    int journalSize() {
        return journal.size();
    }

    void begin(TransactionModes modes) {
        changesAtBegin = client.connection().changes().get();
        definitionsAtBegin = client.services().functionUses().versions();
        client.run(modes.beginSql());
    }

    /**
     * SERIALIZABLE transactions that write run one after the other, each database by itself.
     *
     * @throws SqlException 55P03 after lock_timeout, 57014 if cancelled
     */
    void serialize(TransactionModes modes, Cancellation cancellation) {
        boolean needed =
                modes.isolation().equals(TransactionModes.SERIALIZABLE) && !modes.readOnly();
        if (needed && !serial) {
            client.connection()
                    .serialWriters()
                    .acquire(client.settings().lockTimeout(), cancellation::check);
            serial = true;
        }
    }

    /** Other modes, before anything was read or while nothing was written. */
    void change(TransactionModes before, TransactionModes after) {
        if (before.readOnly() == after.readOnly()) {
            return;
        }
        if (!journal.isEmpty()) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "SET TRANSACTION READ ONLY after a change: not supported")
                    .hint("COMMIT, then BEGIN READ ONLY");
        }
        client.run("ROLLBACK");
        begin(after);
    }

    /** A statement begins that changes something. */
    Optional<JournalEntry> writes(Plan plan, List<@Nullable Object> parameters) {
        if (!isOpen()) {
            alone = true;
            client.connection().changes().incrementAndGet();
            return Optional.empty();
        }
        Optional<JournalEntry> change = plan.journal(parameters);
        change.ifPresent(journal::add);
        return change;
    }

    /** It is complete. */
    void wrote() {
        if (alone) {
            alone = false;
            client.connection().changes().incrementAndGet();
        }
    }

    void commit() {
        if (lost.isPresent()) {
            throw lost.get();
        }
        if (isOpen()) {
            boolean changed = !journal.isEmpty();
            if (changed) {
                client.connection().changes().incrementAndGet();
            }
            try {
                client.run("COMMIT");
            } finally {
                if (changed) {
                    client.connection().changes().incrementAndGet();
                    client.services().functionUses().settled(definitionsAtBegin);
                }
            }
        }
        forget();
    }

    void rollback() {
        if (alone) {
            alone = false;
            client.connection().changes().incrementAndGet();
        }
        if (isOpen()) {
            client.run("ROLLBACK");
            client.services().functionUses().settled(definitionsAtBegin);
        }
        forget();
    }

    private void forget() {
        journal.clear();
        lost = Optional.empty();
        if (serial) {
            serial = false;
            client.connection().serialWriters().release();
        }
    }

    /**
     * Makes the transaction what it was after its first {@code changes} changes.
     *
     * @throws SqlException 0A000 or 40001 if that cannot be done; it is then as good as rolled back
     */
    void restore(int changes, TransactionModes modes) {
        if (lost.isPresent()) {
            throw lost.get();
        }
        if (journal.size() == changes && isUsable()) {
            return;
        }
        List<JournalEntry> kept = List.copyOf(journal.subList(0, changes));
        boolean defined = kept.stream().anyMatch(JournalEntry::defines);
        for (JournalEntry entry : kept) {
            entry.obstacle(defined)
                    .ifPresent(obstacle -> {
                        throw obstacle;
                    });
        }
        client.run("ROLLBACK");
        FunctionUses.Versions definitionsBefore = definitionsAtBegin;
        client.services().functionUses().settled(definitionsBefore);
        long before = changesAtBegin;
        begin(modes);
        // What is done again defines again, and the others learn of it at the end.
        definitionsAtBegin = definitionsBefore;
        try {
            boolean reads = kept.stream().anyMatch(JournalEntry::readsTables);
            if (reads && changesAtBegin != before) {
                throw new SqlException(
                                SqlState.SERIALIZATION_FAILURE,
                                "could not go back to the savepoint due to concurrent update")
                        .hint("the transaction might succeed if retried");
            }
            // The replay's snapshot is taken by its first statement, so the count must hold still.
            for (JournalEntry entry : kept) {
                entry.replay();
            }
            if (reads && client.connection().changes().get() != before) {
                throw new SqlException(
                                SqlState.SERIALIZATION_FAILURE,
                                "could not go back to the savepoint due to concurrent update")
                        .hint("the transaction might succeed if retried");
            }
        } catch (SqlException fault) {
            client.run("ROLLBACK");
            lost = Optional.of(fault);
            throw fault;
        }
        journal.subList(changes, journal.size()).clear();
    }

    /** Whether the engine still takes statements: a fault in running one ends its transaction. */
    private boolean isUsable() {
        try {
            client.run("SELECT 1");
            return true;
        } catch (SqlException fault) {
            if (fault.state() == SqlState.IN_FAILED_TRANSACTION) {
                return false;
            }
            throw fault;
        }
    }

    void close() {
        forget();
    }
}
