package io.rvbbit.gateway.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client's connection to one database: its transaction, temporary tables and search path.
 *
 * <p>At most one cursor may be open; the next {@code execute} must find it closed or drained.
 * Threading: the session's thread only, except {@link #interrupt}.
 */
public interface EngineConnection extends AutoCloseable {
    /**
     * Prepares one statement and never executes anything.
     *
     * @param sql one statement in DuckDB's dialect, parameters as {@code $1 …}
     * @param parameterTypes DuckDB type names for {@code $1 …} as far as known, "" for unknown; may
     *     be shorter than the number of parameters
     * @throws io.rvbbit.rewriter.SqlException with the SQLSTATE of the engine's fault and the
     *     1-based character position in {@code sql} where the engine tells it
     */
    EnginePrepared prepare(String sql, List<String> parameterTypes);

    /** Tells {@code rvbbit_run} and its like, called from here on, whose statement it is. */
    void setCaller(String token);

    /**
     * Sets a connection variable of the gateway's own, which our macros read.
     *
     * @param name begins with {@code _rvbbit_}
     * @param expression SQL that gives the value; nothing of it comes from a client unquoted
     */
    void setVariable(String name, String expression);

    /**
     * Begins to load rows, inside the transaction that is open; nothing else may run until it is
     * closed.
     *
     * @param columns that the rows have
     * @param insert INSERT INTO a table, up to where a query follows
     * @param query over {@link RowLoad#STAGE}, whose columns are {@code c0, c1 …}
     */
    RowLoad load(List<Column> columns, String insert, String query);

    /** Ends the running statement, also while it is being fetched: it fails with 57014. */
    void interrupt();

    boolean inTransaction();

    /** The session waits for its client, with no statement and no transaction open. */
    void rests();

    /**
     * Parses the statement and does nothing else with it.
     *
     * @throws io.rvbbit.rewriter.SqlException 42601 if it cannot be read; a name that does not
     *     exist is none of its concern
     */
    void checkSyntax(String sql);

    /**
     * Counts what the database's clients write: it changes before and after each commit of a
     * change.
     */
    AtomicLong changes();

    /** Whose turn it is to write serializably in this database. */
    SerialWriters serialWriters();

    /** A connection of its own to the same database, with the same search path. */
    EngineConnection sibling();

    /** The database's name, such as {@code default}. */
    String database();

    @Override
    void close();
}
