package io.rvbbit.udf.llm;

/**
 * How many requests a model takes at a time, as its refusals tell.
 *
 * <p>Unbounded until the first 429: callers bring their own bound, such as PARALLEL. A 429 halves
 * what is in flight; those of requests that had left before the last halving belong to the same
 * crowd and halve nothing again. Every windowful of good answers adds one, until the window is what
 * it was before the first 429; then it is unbounded again. Threading: guarded by {@link Traffic}.
 */
final class Window {
    private double size = Double.POSITIVE_INFINITY;
    private int before;
    private long crowd;

    /** Requests at a time; {@link Integer#MAX_VALUE} if unbounded. */
    int size() {
        return (int) size;
    }

    boolean hasRoom(int inFlight) {
        return inFlight < size();
    }

    void answered() {
        if (size < before) {
            size += 1 / size;
            if (size >= before) {
                size = Double.POSITIVE_INFINITY;
            }
        }
    }

    /**
     * A 429 has come.
     *
     * @param inFlight requests, this one included
     * @param number of the request, in the order in which they left
     * @param last that has left
     */
    void refused(int inFlight, long number, long last) {
        if (number <= crowd) {
            return;
        }
        crowd = last;
        if (size == Double.POSITIVE_INFINITY) {
            before = inFlight;
        }
        size = Math.max(1, Math.min(size, inFlight) / 2);
        if (size >= before) {
            // One at a time cannot be halved.
            size = Double.POSITIVE_INFINITY;
        }
    }
}
