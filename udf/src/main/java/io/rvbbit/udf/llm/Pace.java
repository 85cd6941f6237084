package io.rvbbit.udf.llm;

/**
 * A known limit, spent evenly.
 *
 * <p>A limit per minute may be enforced per second, so a minute's allowance never leaves at once:
 * each unit puts off the next one by its share of the minute. What comes up to {@link #SLACK} late
 * is made up for. {@link #USE} of the limit is used; with the slack, no second takes more than its
 * sixtieth: 0.985 × 1.015 < 1.
 *
 * <p>A request that counts for more than was thought (tokens are known when the reply comes) puts
 * off those after it, one that counts for less lets them go sooner, at once or later. Threading:
 * guarded by {@link Traffic}.
 */
final class Pace {
    static final double USE = 0.985;
    static final long SLACK = 15_000_000;

    /** How much of what came back may be spent at once. */
    private static final long MOST_CREDIT = 1_000_000_000;

    private static final double MINUTE_NANOS = 60e9;

    private final long configured;
    private long perMinute;
    private double nanosEach;
    private long next;
    private long credit;

    /**
     * @param configured units per minute; 0 if the configuration names no limit
     */
    Pace(long configured) {
        this.configured = configured;
        limit(configured);
    }

    /** The endpoint names its limit; a smaller configured one stays. */
    void told(long unitsPerMinute) {
        limit(configured == 0 ? unitsPerMinute : Math.min(configured, unitsPerMinute));
    }

    private void limit(long unitsPerMinute) {
        if (unitsPerMinute != perMinute) {
            perMinute = unitsPerMinute;
            nanosEach = unitsPerMinute == 0 ? 0 : MINUTE_NANOS / (unitsPerMinute * USE);
        }
    }

    /** Units per minute; 0 while no limit is known. */
    long perMinute() {
        return perMinute;
    }

    /** When the next request may leave. */
    long earliest() {
        return perMinute == 0 ? Long.MIN_VALUE : next - SLACK;
    }

    void charge(long now, long units) {
        owe(Math.max(next, now), nanos(units));
    }

    /** What was charged was {@code units} too few; negative: too many. */
    void correct(long now, long units) {
        long nanos = nanos(units);
        if (nanos > 0) {
            owe(next, nanos);
            return;
        }
        long sooner = Math.clamp(next - now, 0, -nanos);
        next -= sooner;
        credit = Math.min(MOST_CREDIT, credit - nanos - sooner);
    }

    private void owe(long from, long nanos) {
        long paid = Math.min(credit, nanos);
        credit -= paid;
        next = from + nanos - paid;
    }

    /** One reply's claim counts for a minute at most. */
    private long nanos(long units) {
        return Math.round(Math.clamp(units, -perMinute, perMinute) * nanosEach);
    }
}
