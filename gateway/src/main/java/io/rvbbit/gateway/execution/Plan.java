package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that has been checked and described, and that nothing has been spent on.
 *
 * <p>May be started any number of times, one at a time. Threading: the session's thread only.
 */
public interface Plan extends AutoCloseable {
    /** The exact columns of the result; empty where the statement gives no rows. */
    List<Column> columns();

    /** DuckDB type names of {@code $1 …}. */
    default List<String> parameterTypes() {
        return List.of();
    }

    /** What the statement does to the transaction it stands in. */
    default TransactionEffect transactionEffect() {
        return TransactionEffect.NONE;
    }

    /**
     * Begins one execution.
     *
     * @throws io.rvbbit.rewriter.SqlException with a position in the client's own text
     */
    Execution start(List<@Nullable Object> parameters, Cancellation cancellation);

    @Override
    default void close() {}

    /** Which statements a failed transaction still takes, and how a statement moves it. */
    enum TransactionEffect {
        NONE,
        BEGIN,
        /** In a failed transaction it rolls back, as PostgreSQL's COMMIT does. */
        COMMIT,
        ROLLBACK
    }
}
