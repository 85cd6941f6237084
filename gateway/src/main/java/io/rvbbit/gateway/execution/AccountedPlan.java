package io.rvbbit.gateway.execution;

/** A plan whose execution runs cascades. Threading: the session's thread only. */
interface AccountedPlan extends Plan {
    /**
     * The statement as it is now: what it names may have changed since it was planned.
     *
     * @throws io.rvbbit.rewriter.SqlException if it cannot be run any more
     */
    AccountedStatement accounted();
}
