package io.rvbbit.gateway.execution;

import java.util.Optional;

/** A plan whose execution runs cascades. Threading: the session's thread only. */
interface AccountedPlan extends Plan {
    /**
     * The statement as it is now: what it names may have changed since it was planned.
     *
     * @throws io.rvbbit.rewriter.SqlException if it cannot be run any more
     */
    AccountedStatement accounted();

    /**
     * What answers the client where the statement has nothing to do; empty if it has to run.
     *
     * @throws io.rvbbit.rewriter.SqlException if it cannot, which is told before it spends anything
     */
    default Optional<Execution> nothingToDo() {
        return Optional.empty();
    }
}
