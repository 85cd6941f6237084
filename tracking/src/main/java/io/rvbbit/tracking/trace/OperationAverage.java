package io.rvbbit.tracking.trace;

/**
 * What all completed spans of an operation took, those of the trace itself included.
 *
 * @param completedMs milliseconds of all of them
 */
public record OperationAverage(
        String operation, String modelId, long completedSpans, long completedMs) {
    /** With those of another user, or of another model. */
    OperationAverage plus(OperationAverage other) {
        return new OperationAverage(
                operation,
                modelId,
                completedSpans + other.completedSpans,
                completedMs + other.completedMs);
    }

    OperationAverage without(long milliseconds) {
        return completedSpans == 0
                ? this
                : new OperationAverage(
                        operation,
                        modelId,
                        completedSpans - 1,
                        Math.max(0, completedMs - milliseconds));
    }

    boolean saysSomething() {
        return completedSpans >= TraceLimits.LEAST_SAMPLES;
    }
}
