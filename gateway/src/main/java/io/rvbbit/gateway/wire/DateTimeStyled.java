package io.rvbbit.gateway.wire;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Dates and times in the styles SQL, Postgres and German, as PostgreSQL writes them.
 *
 * <p>Zones go by their abbreviation where they have one. Threading: stateless.
 */
final class DateTimeStyled {
    private static final Pattern ABBREVIATION = Pattern.compile("[A-Z]{3,5}");
    private static final DateTimeFormatter ZONE = DateTimeFormatter.ofPattern("zzz", Locale.US);

    private DateTimeStyled() {}

    static void date(RowBuffer out, int days, DateStyle style) {
        LocalDate date = LocalDate.ofEpochDay(days);
        day(out, date, style, style.form() == DateStyle.Form.POSTGRES ? '-' : '/');
        era(out, date);
    }

    static void timestamp(RowBuffer out, long micros, DateStyle style) {
        LocalDateTime local = local(micros, 0);
        moment(out, local, style);
        era(out, local.toLocalDate());
    }

    static void timestamptz(RowBuffer out, long micros, ZoneId zone, DateStyle style) {
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, Temporal.MICROS_PER_SECOND));
        ZoneOffset offset = zone.getRules().getOffset(instant);
        LocalDateTime local = local(micros, offset.getTotalSeconds());
        moment(out, local, style);
        String name =
                zone instanceof ZoneOffset
                        ? zone.getDisplayName(TextStyle.SHORT, Locale.US)
                        : ZONE.format(instant.atZone(zone));
        if (name.equals("Z")) {
            name = "UTC";
        }
        out.putByte(' ');
        if (ABBREVIATION.matcher(name).matches()) {
            out.putAscii(name);
        } else {
            int minutes = Math.abs(offset.getTotalSeconds() / 60);
            out.putByte(offset.getTotalSeconds() < 0 ? '-' : '+');
            out.putDigits(minutes / 60, 2);
            if (minutes % 60 != 0) {
                out.putDigits(minutes % 60, 2);
            }
        }
        era(out, local.toLocalDate());
    }

    private static LocalDateTime local(long micros, int offsetSeconds) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, Temporal.MICROS_PER_SECOND) + offsetSeconds,
                Math.floorMod(micros, (int) Temporal.MICROS_PER_SECOND) * 1_000,
                ZoneOffset.UTC);
    }

    private static void moment(RowBuffer out, LocalDateTime local, DateStyle style) {
        long micros = local.toLocalTime().toNanoOfDay() / 1_000;
        if (style.form() != DateStyle.Form.POSTGRES) {
            day(out, local.toLocalDate(), style, '/');
            out.putByte(' ');
            DateTimeText.time(out, micros);
            return;
        }
        out.putAscii(local.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
        out.putByte(' ');
        String month = local.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
        boolean dayFirst = style.order() == DateStyle.Order.DMY;
        if (!dayFirst) {
            out.putAscii(month);
            out.putByte(' ');
        }
        out.putDigits(local.getDayOfMonth(), 2);
        if (dayFirst) {
            out.putByte(' ');
            out.putAscii(month);
        }
        out.putByte(' ');
        DateTimeText.time(out, micros);
        out.putByte(' ');
        year(out, local.toLocalDate());
    }

    private static void day(RowBuffer out, LocalDate date, DateStyle style, char separator) {
        boolean german = style.form() == DateStyle.Form.GERMAN;
        boolean dayFirst = german || style.order() == DateStyle.Order.DMY;
        char between = german ? '.' : separator;
        out.putDigits(dayFirst ? date.getDayOfMonth() : date.getMonthValue(), 2);
        out.putByte(between);
        out.putDigits(dayFirst ? date.getMonthValue() : date.getDayOfMonth(), 2);
        out.putByte(between);
        year(out, date);
    }

    private static void year(RowBuffer out, LocalDate date) {
        out.putDigits(date.getYear() > 0 ? date.getYear() : 1 - date.getYear(), 4);
    }

    private static void era(RowBuffer out, LocalDate date) {
        if (date.getYear() <= 0) {
            out.putAscii(" BC");
        }
    }
}
