package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement that has been checked and described, and that nothing has been spent on.
 *
 * <p>May be started any number of times, one at a time. Threading: the session's thread only.
 */
public interface Plan extends AutoCloseable {
    /** The exact columns of the result; empty where the statement gives no rows. */
    List<Column> columns();

    /** Whether the result is rows, which may be without columns. */
    default boolean givesRows() {
        return !columns().isEmpty();
    }

    /** DuckDB type names of {@code $1 …}. */
    default List<String> parameterTypes() {
        return List.of();
    }

    /** What the statement is to the transaction it stands in. */
    Role role();

    /** Whether models may be called: what can be refused is refused before that. */
    default boolean spends() {
        return false;
    }

    /** How to do it again if a savepoint needs that; empty for one that writes nothing. */
    default Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.empty();
    }

    /** Where FETCH or MOVE goes: whoever has the portals goes there, and nothing is started. */
    default Optional<CursorMove> move() {
        return Optional.empty();
    }

    /**
     * Begins one execution.
     *
     * @throws io.rvbbit.rewriter.SqlException with a position in the client's own text
     */
    Execution start(List<@Nullable Object> parameters, Cancellation cancellation);

    @Override
    default void close() {}

    /** Which transaction a statement needs, and which ones take it. */
    enum Role {
        /** Is the session's own affair, such as SHOW. */
        SESSION,
        /** Leaves the database as it is. */
        READS,
        /** Changes the database: stands in a transaction with what is sent along with it. */
        WRITES,
        /** Cannot stand in a transaction with others, such as CREATE DATABASE (25001). */
        ALONE,
        /** Begins a transaction or sets a savepoint in it. */
        CONTROL,
        /** Ends a transaction or goes back to a savepoint: the one thing a failed one takes. */
        EXIT;

        boolean movesTransaction() {
            return this == CONTROL || this == EXIT;
        }
    }
}
