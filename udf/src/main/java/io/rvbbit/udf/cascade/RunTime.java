package io.rvbbit.udf.cascade;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time that a run has. Threading: immutable.
 *
 * @param whole of all its cells; null where nothing limits it
 */
record RunTime(Clock clock, Instant started, @Nullable Duration whole) {
    static RunTime start(Clock clock, @Nullable Duration whole) {
        return new RunTime(clock, clock.instant(), whole);
    }

    Duration elapsed() {
        return elapsed(started);
    }

    Duration elapsed(Instant since) {
        return Duration.between(since, clock.instant());
    }

    boolean isLate() {
        return whole != null && elapsed().compareTo(whole) >= 0;
    }

    /** Works on a cell within its own time or the run's, whichever ends first. */
    <T> T within(Cell cell, CellLog log, TimeLimit.Work<T> work) throws InterruptedException {
        Duration own = cell.timeout();
        Duration left = whole == null ? null : whole.minus(elapsed());
        boolean wholeFirst = left != null && (own == null || left.compareTo(own) < 0);
        String late =
                wholeFirst
                        ? "the cascade took longer than " + shown(whole)
                        : "cell " + Names.quoted(cell.name()) + " took longer than " + shown(own);
        return TimeLimit.within(wholeFirst ? left : own, late, log::late, work);
    }

    private static String shown(@Nullable Duration duration) {
        return duration == null ? "" : duration.toMillis() + " ms";
    }
}
