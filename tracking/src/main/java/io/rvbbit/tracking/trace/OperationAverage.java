package io.rvbbit.tracking.trace;

/**
 * What all completed spans of an operation took, those of the trace itself included.
 *
 * @param completedMs milliseconds of all of them
 */
public record OperationAverage(
        String operation, String modelId, long completedSpans, long completedMs) {}
