package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.execution.Savepoints.Savepoint;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session's transaction, by PostgreSQL's rules, over an engine that has neither implicit ones
 * nor savepoints.
 *
 * <p>What is sent up to one Sync, or in one simple query, is one implicit transaction: it ends with
 * that message, and BEGIN in it makes it an explicit one. The engine's own transaction begins as
 * late as at the first change, and not at all for one that stands alone. Threading: the session's
 * thread only.
 */
public final class Transaction {
    /** As ReadyForQuery tells it. */
    public enum Status {
        IDLE,
        OPEN,
        FAILED
    }

    private final ClientContext client;
    private final EngineTransaction engine;
    private final Savepoints savepoints = new Savepoints();
    private boolean active;
    private boolean explicit;
    private boolean block;
    private boolean pipelined;
    private boolean queried;
    private boolean failed;
    private TransactionModes modes = new TransactionModes("read committed", false, false);

    Transaction(ClientContext client) {
        this.client = client;
        this.engine = new EngineTransaction(client);
    }

    public Status status() {
        if (failed) {
            return Status.FAILED;
        }
        return explicit ? Status.OPEN : Status.IDLE;
    }

    TransactionModes modes() {
        return explicit ? modes : TransactionModes.ofDefaults(client.settings());
    }

    /** Whether SET LOCAL, DECLARE and their like have a transaction to live in. */
    boolean isBlock() {
        return explicit || block;
    }

    /**
     * A message brings a statement, or a part of one.
     *
     * @param severalStatements a simple query with more than one: they are one block
     */
    public void begins(boolean severalStatements) {
        block = severalStatements && !explicit;
        if (!active) {
            active = true;
            client.settings().beginTransaction();
        }
    }

    /**
     * In a failed transaction only its end is taken.
     *
     * @throws SqlException 25P02
     */
    public void check(Plan.Role role) {
        if (failed && role != Plan.Role.EXIT) {
            throw new SqlException(
                    SqlState.IN_FAILED_TRANSACTION,
                    "current transaction is aborted, commands ignored until end of transaction"
                            + " block");
        }
    }

    /**
     * Before a statement runs: opens the engine's transaction if this one needs it.
     *
     * @param last whether the end of an implicit transaction is the next thing to come
     * @throws SqlException 25001 for a statement that must stand alone, 25006 in a read-only one
     */
    public Optional<JournalEntry> before(
            Plan plan, String words, List<@Nullable Object> parameters, boolean last) {
        switch (plan.role()) {
            case READS -> queried = true;
            case WRITES -> {
                queried = true;
                refuseDefinitions(words);
                boolean readOnly = modes().readOnly();
                if (plan.spends() || words.equals("SELECT")) {
                    refuseChange(words);
                }
                if (!engine.isOpen() && (!last || readOnly)) {
                    engine.begin(modes());
                }
                return engine.writes(plan, parameters);
            }
            case ALONE -> {
                if (isBlock() || pipelined) {
                    throw new SqlException(
                            SqlState.ACTIVE_TRANSACTION,
                            words + " cannot run inside a transaction block");
                }
                refuseDefinitions(words);
            }
            case SESSION, CONTROL, EXIT -> {}
        }
        return Optional.empty();
    }

    /**
     * @throws SqlException 25006 in a read-only transaction
     */
    void refuseChange(String words) {
        if (modes().readOnly()) {
            throw readOnly(words.equals("SELECT") ? "CREATE TABLE AS" : words);
        }
    }

    private void refuseDefinitions(String words) {
        boolean defines =
                words.startsWith("CREATE")
                        || words.startsWith("ALTER")
                        || words.startsWith("DROP")
                        || words.startsWith("TRUNCATE")
                        || words.startsWith("COMMENT");
        if (defines && modes().readOnly()) {
            throw readOnly(words);
        }
    }

    static SqlException readOnly(String words) {
        return new SqlException(
                SqlState.READ_ONLY_TRANSACTION,
                "cannot execute " + words + " in a read-only transaction");
    }

    /** A statement is complete; another one before the Sync stands in the same transaction. */
    public void completed(Plan plan, String tag, Optional<JournalEntry> change) {
        change.ifPresent(entry -> entry.completed(tag));
        if (plan.role() == Plan.Role.WRITES) {
            engine.wrote();
        }
        if (plan.role() == Plan.Role.ALONE) {
            messageEnds();
        } else {
            pipelined = !plan.role().movesTransaction();
        }
    }

    /** At Sync, and at the end of a simple query: an implicit transaction is over. */
    public void messageEnds() {
        client.messageEnds();
        block = false;
        if (active && !explicit) {
            end(true);
        }
    }

    /** A statement has failed: an explicit transaction waits for its end, others are gone. */
    public void statementFailed() {
        client.messageEnds();
        block = false;
        if (!explicit) {
            if (active) {
                rollBackQuietly();
            }
            return;
        }
        failed = true;
        client.cursors().closeFrom(savepoints.isEmpty() ? 0 : savepoints.latest().portals());
    }

    private void rollBackQuietly() {
        end(false);
    }

    void begin(Optional<TransactionModes> wanted, Cancellation cancellation) {
        if (explicit) {
            client.notices()
                    .warning(
                            SqlState.ACTIVE_TRANSACTION,
                            "there is already a transaction in progress");
            wanted.ifPresent(changed -> change(changed, cancellation));
            return;
        }
        modes = wanted.orElseGet(() -> TransactionModes.ofDefaults(client.settings()));
        if (modes.readOnly() && engine.isOpen()) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "what was written before BEGIN READ ONLY cannot be taken into it")
                    .hint("send BEGIN READ ONLY in a message of its own");
        }
        engine.serialize(modes, cancellation);
        if (!engine.isOpen()) {
            engine.begin(modes);
            queried = false;
        }
        explicit = true;
        block = false;
    }

    /** SET TRANSACTION. */
    void change(TransactionModes wanted, Cancellation cancellation) {
        if (!isBlock()) {
            client.notices()
                    .warning(
                            SqlState.NO_ACTIVE_TRANSACTION,
                            "SET TRANSACTION can only be used in transaction blocks");
            return;
        }
        if (queried && !wanted.isolation().equals(modes().isolation())) {
            throw new SqlException(
                    SqlState.ACTIVE_TRANSACTION,
                    "SET TRANSACTION ISOLATION LEVEL must be called before any query");
        }
        if (queried && modes().readOnly() && !wanted.readOnly()) {
            throw new SqlException(
                    SqlState.ACTIVE_TRANSACTION,
                    "transaction read-write mode must be set before any query");
        }
        if (!explicit) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "SET TRANSACTION among statements of one message: not supported")
                    .hint("BEGIN first");
        }
        engine.serialize(wanted, cancellation);
        engine.change(modes, wanted);
        modes = wanted;
    }

    /** Gives the tag: COMMIT of a failed transaction is a ROLLBACK. */
    String commit(boolean chain, Cancellation cancellation) {
        if (failed) {
            return rollback(chain, cancellation);
        }
        refuseChain("COMMIT", chain);
        TransactionModes before = modes;
        warnOutside();
        end(true);
        chain(chain, before, cancellation);
        return "COMMIT";
    }

    String rollback(boolean chain, Cancellation cancellation) {
        refuseChain("ROLLBACK", chain);
        TransactionModes before = modes;
        warnOutside();
        end(false);
        chain(chain, before, cancellation);
        return "ROLLBACK";
    }

    /** PREPARE TRANSACTION: there is nowhere to keep it. */
    String prepare(Cancellation cancellation) {
        if (explicit && !failed) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "prepared transactions are disabled")
                    .hint("COMMIT ends the transaction");
        }
        return rollback(false, cancellation);
    }

    private void refuseChain(String verb, boolean chain) {
        if (chain && !explicit) {
            throw new SqlException(
                    SqlState.NO_ACTIVE_TRANSACTION,
                    verb + " AND CHAIN can only be used in transaction blocks");
        }
    }

    private void warnOutside() {
        if (!explicit) {
            client.notices()
                    .warning(SqlState.NO_ACTIVE_TRANSACTION, "there is no transaction in progress");
        }
    }

    private void chain(boolean chain, TransactionModes before, Cancellation cancellation) {
        active = true;
        client.settings().beginTransaction();
        if (chain) {
            begin(Optional.of(before), cancellation);
        }
    }

    private void end(boolean commits) {
        boolean wasBlock = block;
        try {
            client.cursors().transactionEnds(commits);
            if (commits) {
                engine.commit();
            } else {
                engine.rollback();
            }
            reset();
            client.settings().endTransaction(!commits);
        } catch (RuntimeException fault) {
            client.cursors().transactionEnds(false);
            engine.rollback();
            reset();
            client.settings().endTransaction(true);
            throw fault;
        } finally {
            block = wasBlock;
            new SettingCommands(client).applyChanged();
        }
    }

    private void reset() {
        savepoints.clear();
        active = false;
        explicit = false;
        pipelined = false;
        queried = false;
        failed = false;
    }

    void savepoint(String name) {
        requireExplicit("SAVEPOINT");
        savepoints.add(
                new Savepoint(
                        name,
                        engine.journalSize(),
                        client.cursors().nextNumber(),
                        client.settings().snapshot()));
    }

    void release(String name) {
        requireExplicit("RELEASE SAVEPOINT");
        savepoints.release(name);
    }

    void rollbackTo(String name) {
        requireExplicit("ROLLBACK TO SAVEPOINT");
        Savepoint savepoint = savepoints.returnTo(name);
        client.cursors().closeFrom(savepoint.portals());
        failed = true;
        engine.restore(savepoint.changes(), modes);
        client.settings().restore(savepoint.settings());
        failed = false;
        new SettingCommands(client).applyChanged();
    }

    private void requireExplicit(String what) {
        if (!explicit) {
            throw new SqlException(
                    SqlState.NO_ACTIVE_TRANSACTION,
                    what + " can only be used in transaction blocks");
        }
    }

    /** The session is over: whatever is open is rolled back. */
    public void close() {
        engine.close();
    }
}
