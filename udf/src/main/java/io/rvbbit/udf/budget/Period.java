package io.rvbbit.udf.budget;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** How long a role's or the server's budget lasts: a calendar day or month, in UTC. */
public enum Period {
    DAY,
    MONTH;

    /** The day on which the period of this moment begins. */
    LocalDate start(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return switch (this) {
            case DAY -> day;
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    LocalDate next(LocalDate start) {
        return switch (this) {
            case DAY -> start.plusDays(1);
            case MONTH -> start.plusMonths(1);
        };
    }

    /** Such as {@code 2026-11-23} or {@code 2026-11}. */
    String named(LocalDate start) {
        return switch (this) {
            case DAY -> start.toString();
            case MONTH -> start.toString().substring(0, "2026-11".length());
        };
    }
}
