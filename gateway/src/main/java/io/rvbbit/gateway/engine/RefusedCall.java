package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;

/** Carries the SQLSTATE through DuckDB, which passes on the message alone. */
final class RefusedCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedCall(SqlException refused) {
        super(
                "[rvbbit " + refused.state().code() + "] " + refused.getMessage(),
                null,
                false,
                false);
    }
}
