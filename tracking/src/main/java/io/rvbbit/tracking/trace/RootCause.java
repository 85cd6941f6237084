package io.rvbbit.tracking.trace;

import java.util.List;

/**
 * Why a trace went as it did.
 *
 * @param confidence from 0 to 1
 * @param findings that speak for it, at least one; but for {@link Cause#NONE} none
 */
public record RootCause(Cause cause, double confidence, List<Finding> findings, String evidence) {
    public RootCause {
        findings = List.copyOf(findings);
    }

    /** By these names for clients. */
    public enum Cause {
        NETWORK_TIMEOUT,
        CONNECTION_FAILURE,
        SERVICE_TIMEOUT,
        PERFORMANCE_DEGRADATION,
        MODEL_EXECUTION_FAILURE,
        /** The trace is there, and nothing is wrong with it. */
        NONE
    }
}
