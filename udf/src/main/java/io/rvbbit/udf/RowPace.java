package io.rvbbit.udf;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How many answers a second come: over the last 30 seconds, or over the whole time where none came
 * in those.
 *
 * <p>What a statement found at once, as cached rows are, is forgotten with the seconds in which it
 * came, so the estimate follows what the rows cost that are computed now. Memory: one count per
 * second. Threading: whoever holds the ledger's lock.
 */
final class RowPace {
    private static final int SECONDS = 30;
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private final long[] counts = new long[SECONDS];
    private final long[] seconds = new long[SECONDS];
    private long all;
    private long began;
    private boolean running;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    RowPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** There is something to answer: the time counts from the first such moment. */
    void begin() {
        if (!running) {
            running = true;
            began = nanoTime.getAsLong();
        }
    }

    void answered() {
        begin();
        long second = (long) elapsed();
        int slot = (int) (second % SECONDS);
        if (seconds[slot] != second) {
            seconds[slot] = second;
            counts[slot] = 0;
        }
        counts[slot]++;
        all++;
    }

    /** How long so many further answers take, in whole seconds; empty while none has come. */
    OptionalLong secondsFor(long answers) {
        if (answers <= 0) {
            return OptionalLong.of(0);
        }
        if (all == 0) {
            return OptionalLong.empty();
        }
        double elapsed = elapsed();
        long second = (long) elapsed;
        long recent = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            if (seconds[slot] > second - SECONDS) {
                recent += counts[slot];
            }
        }
        double window = Math.min(elapsed, SECONDS - 1 + (elapsed - second));
        double each = recent > 0 ? window / recent : elapsed / all;
        return OptionalLong.of((long) Math.ceil(answers * each));
    }

    private double elapsed() {
        return (nanoTime.getAsLong() - began) / NANOS;
    }
}
