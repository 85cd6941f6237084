package io.rvbbit.tracking;

/**
 * Events of the log that can be read.
 *
 * @param marked whether exactly these were marked as a batch before
 */
record ReadyEvents(long from, long through, boolean marked) {
    boolean isEmpty() {
        return through < from;
    }

    /** Not beyond that position. */
    ReadyEvents until(long last) {
        return new ReadyEvents(from, Math.min(through, last), marked);
    }
}
