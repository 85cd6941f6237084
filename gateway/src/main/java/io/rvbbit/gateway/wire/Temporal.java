package io.rvbbit.gateway.wire;

import java.time.ZoneOffset;

/**
 * How points in time are counted: from 1970-01-01 (UTC), as Java and most engines do.
 *
 * <p>PostgreSQL counts from 2000-01-01; only the binary format needs to know.
 */
public final class Temporal {
    public static final int DATE_INFINITY = Integer.MAX_VALUE;
    public static final int DATE_MINUS_INFINITY = -Integer.MAX_VALUE;
    public static final long TIMESTAMP_INFINITY = Long.MAX_VALUE;
    public static final long TIMESTAMP_MINUS_INFINITY = -Long.MAX_VALUE;

    static final long MICROS_PER_SECOND = 1_000_000L;
    static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
    static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
    public static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

    /** 2000-01-01 in days since 1970-01-01. */
    static final int EPOCH_2000_DAYS = 10_957;

    /** 2000-01-01 in microseconds since 1970-01-01. */
    static final long EPOCH_2000_MICROS = EPOCH_2000_DAYS * MICROS_PER_DAY;

    /** A time of day that Java's LocalTime does not have. */
    static final String END_OF_DAY = "24:00:00";

    private Temporal() {}

    /** The same of a time with zone, as all read it. */
    static String endOfDay(ZoneOffset offset) {
        String east = offset.getTotalSeconds() == 0 ? "+00" : offset.getId();
        return END_OF_DAY + east;
    }
}
