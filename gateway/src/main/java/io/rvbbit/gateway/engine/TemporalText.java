package io.rvbbit.gateway.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Dates, times, intervals and UUIDs in the forms of ISO 8601 and RFC 9562. */
final class TemporalText {
    private TemporalText() {}

    static String of(Vector vector, int row) {
        return switch (vector.type().kind()) {
            case DATE -> date(vector.getLong(row));
            case TIME -> time(vector.getLong(row)).toString();
            case TIME_TZ ->
                    OffsetTime.of(
                                    time(vector.getLong(row)),
                                    ZoneOffset.ofTotalSeconds(vector.getMonths(row)))
                            .toString();
            case TIMESTAMP -> timestamp(vector.getLong(row), "");
            case TIMESTAMP_TZ -> timestamp(vector.getLong(row), "Z");
            case INTERVAL -> interval(vector, row);
            case UUID -> new UUID(vector.getUuidHigh(row), vector.getUuidLow(row)).toString();
            default -> throw new IllegalArgumentException(vector.type().name());
        };
    }

    private static String date(long days) {
        if (days == Integer.MAX_VALUE) {
            return "infinity";
        }
        return days == -Integer.MAX_VALUE ? "-infinity" : LocalDate.ofEpochDay(days).toString();
    }

    // 24:00:00 is a time of DuckDB's and PostgreSQL's but not of Java's.
    private static LocalTime time(long micros) {
        long last = ChronoUnit.DAYS.getDuration().toNanos() / 1_000 - 1;
        return LocalTime.ofNanoOfDay(Math.min(micros, last) * 1_000);
    }

    private static String timestamp(long micros, String zone) {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        }
        if (micros == -Long.MAX_VALUE) {
            return "-infinity";
        }
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return instant.atOffset(ZoneOffset.UTC).toLocalDateTime() + zone;
    }

    private static String interval(Vector vector, int row) {
        Period period = Period.of(0, vector.getMonths(row), vector.getDays(row)).normalized();
        Duration time = Duration.of(vector.getMicros(row), ChronoUnit.MICROS);
        if (time.isZero()) {
            return period.isZero() ? "PT0S" : period.toString();
        }
        return (period.isZero() ? "P" : period.toString()) + time.toString().substring(1);
    }
}
