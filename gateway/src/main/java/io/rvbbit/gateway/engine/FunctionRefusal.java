package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;

/**
 * Carries the SQLSTATE of a function's refusal through DuckDB, which passes on the message alone.
 */
final class FunctionRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FunctionRefusal(SqlException refused) {
        super(
                "[rvbbit " + refused.state().code() + "] " + refused.getMessage(),
                null,
                false,
                false);
    }
}
