package io.rvbbit.udf;

/**
 * Tells DuckDB that a function gives up; why is kept in the {@link QueryScope}.
 *
 * <p>DuckDB puts an exception's stack trace into its own message, so this one has none. Threading:
 * immutable.
 */
public final class StatementStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StatementStopped() {
        super("the statement was stopped", null, false, false);
    }
}
