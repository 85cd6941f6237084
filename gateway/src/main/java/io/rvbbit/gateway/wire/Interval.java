package io.rvbbit.gateway.wire;

/** A span of time in three parts that don't convert into each other: months, days, microseconds. */
public record Interval(int months, int days, long micros) {
    /** In words that the engine and PostgreSQL read alike. */
    @Override
    public String toString() {
        return months + " months " + days + " days " + micros + " microseconds";
    }
}
