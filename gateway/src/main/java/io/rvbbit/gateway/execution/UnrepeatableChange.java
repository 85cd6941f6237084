package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Optional;

/**
 * A change that is never made again.
 *
 * @param refusal what a client is told who goes back to a savepoint behind it
 */
record UnrepeatableChange(SqlException refusal) implements JournalEntry {
    /** Models had a part in it: nobody pays for it twice. */
    static UnrepeatableChange paid() {
        return new UnrepeatableChange(
                new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "cannot go back to a savepoint behind a statement that called"
                                        + " models")
                        .hint("COMMIT what models gave before setting a savepoint"));
    }

    /** It hangs on the moment in which it ran. */
    static UnrepeatableChange changing() {
        return new UnrepeatableChange(
                new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "cannot go back to a savepoint behind a statement whose outcome"
                                        + " changes each time it runs")
                        .hint("ROLLBACK, and repeat the transaction"));
    }

    /** The client sent its rows once, and nobody has kept them. */
    static UnrepeatableChange sent() {
        return new UnrepeatableChange(
                new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "cannot go back to a savepoint behind COPY FROM STDIN")
                        .hint("ROLLBACK, and repeat the transaction"));
    }

    @Override
    public void completed(String tag) {
        // Nobody will compare: it is never made again.
    }

    @Override
    public Optional<SqlException> obstacle(boolean defined) {
        return Optional.of(refusal);
    }

    @Override
    public boolean readsTables() {
        return true;
    }

    @Override
    public void replay() {
        throw refusal;
    }
}
