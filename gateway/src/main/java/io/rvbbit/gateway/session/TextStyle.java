package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.DateStyle;
import java.time.ZoneId;

/**
 * The session's settings on which the text of values depends.
 *
 * @param extraFloatDigits above 0 the shortest text that reads back as the same number
 * @param intervals {@code postgres} or another value of {@code IntervalStyle}
 * @param escapedBytes whether {@code bytea_output} is {@code escape}
 */
record TextStyle(
        ZoneId zone,
        int extraFloatDigits,
        DateStyle dates,
        String intervals,
        boolean escapedBytes) {
    static TextStyle of(Settings settings) {
        return new TextStyle(
                settings.timeZone(),
                Integer.parseInt(settings.get("extra_float_digits")),
                DateStyle.of(settings.get("DateStyle")),
                settings.get("IntervalStyle"),
                settings.get("bytea_output").equals("escape"));
    }

    /** Whether dates and intervals have neither letters nor blanks that PostgreSQL's have not. */
    boolean isDefault() {
        return dates.form() == DateStyle.Form.ISO && intervals.equals("postgres");
    }

    /** The style of PostgreSQL's own defaults. */
    static TextStyle plain(ZoneId zone, int extraFloatDigits) {
        return new TextStyle(zone, extraFloatDigits, DateStyle.DEFAULT, "postgres", false);
    }
}
