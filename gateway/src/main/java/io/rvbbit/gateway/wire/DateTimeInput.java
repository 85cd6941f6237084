package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times from text in ISO order, which is what drivers send, or as {@link DateOrder} has
 * them.
 *
 * <p>{@code 2026-02-10}, {@code 20260210}; {@code 12:30}, {@code 12:30:15.25}; together with a
 * space or T between; a zone as Z, {@code +02}, {@code +05:30}, {@code +0530} or by name; {@code
 * BC} at the end or before the zone; {@code epoch}, {@code infinity}, {@code -infinity}. Beyond six
 * decimals seconds are rounded. As in PostgreSQL, a zone is ignored where the type has none.
 */
final class DateTimeInput {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<year>\\d{4,7})-(?<month>\\d{1,2})-(?<day>\\d{1,2})"
                            + "|(?<compact>\\d{8}))?+"
                            + "(?:(?<=^\\d{8})T(?<clock>\\d{6}(?:\\.\\d{0,20})?)"
                            + "|(?:^|(?<=\\d)(?:T|\\s++))"
                            + "(?<hour>\\d{1,2}):(?<minute>\\d{1,2})"
                            + "(?::(?<second>\\d{1,2}(?:\\.\\d{0,20})?))?+)?+"
                            + "(?:\\s*+(?<early>AD|BC)(?=\\s*+(?:[+-]|Z$)))?+"
                            + "\\s*+(?<zone>[+-]\\d{1,2}(?::?\\d{2}(?::?\\d{2})?)?"
                            + "|Z|(?!AD$|BC$)[A-Z][A-Z0-9_+-]*+(?:/[A-Z0-9_+-]++)*+)?"
                            + "\\s*+(?<era>AD|BC)?",
                    Pattern.CASE_INSENSITIVE);
    private static final int MAX_LENGTH = 128;

    private DateTimeInput() {}

    static LocalDate date(String text, DateStyle.Order order) {
        return switch (special(text)) {
            case "infinity" -> LocalDate.MAX;
            case "-infinity" -> LocalDate.MIN;
            case "epoch" -> LocalDate.EPOCH;
            default -> new Parts(PgType.DATE, text, order).date();
        };
    }

    static LocalDateTime timestamp(String text, DateStyle.Order order) {
        return switch (special(text)) {
            case "infinity" -> LocalDateTime.MAX;
            case "-infinity" -> LocalDateTime.MIN;
            case "epoch" -> LocalDate.EPOCH.atStartOfDay();
            default -> new Parts(PgType.TIMESTAMP, text, order).dateTime();
        };
    }

    static OffsetDateTime timestamptz(String text, ZoneId zone, DateStyle.Order order) {
        return switch (special(text)) {
            case "infinity" -> OffsetDateTime.MAX;
            case "-infinity" -> OffsetDateTime.MIN;
            case "epoch" -> LocalDate.EPOCH.atStartOfDay().atOffset(ZoneOffset.UTC);
            default -> {
                Parts parts = new Parts(PgType.TIMESTAMPTZ, text, order);
                LocalDateTime local = parts.dateTime();
                yield local.atOffset(offset(local, parts.zone().orElse(zone)));
            }
        };
    }

    /** A LocalTime, or {@link Temporal#END_OF_DAY}. */
    static Object time(String text, DateStyle.Order order) {
        return new Parts(PgType.TIME, text, order)
                .time()
                .<Object>map(time -> time)
                .orElse(Temporal.END_OF_DAY);
    }

    /** Without a date a zone by name has no offset, so it takes a fixed one or a date. */
    static Object timetz(String text, ZoneId zone, DateStyle.Order order) {
        Parts parts = new Parts(PgType.TIMETZ, text, order);
        ZoneId used = parts.zone().orElse(zone);
        if (parts.hasDate()) {
            return atOffset(parts.time(), offset(parts.dateTime(), used));
        }
        if (!used.getRules().isFixedOffset()) {
            throw parts.invalid();
        }
        return atOffset(parts.time(), used.getRules().getOffset(LocalDateTime.MIN));
    }

    private static Object atOffset(Optional<LocalTime> time, ZoneOffset offset) {
        return time.<Object>map(found -> found.atOffset(offset))
                .orElseGet(() -> Temporal.endOfDay(offset));
    }

    /** Where clocks jump, PostgreSQL takes the offset before a gap and the one after an overlap. */
    private static ZoneOffset offset(LocalDateTime local, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        List<ZoneOffset> valid = rules.getValidOffsets(local);
        if (valid.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(local);
            return gap == null ? rules.getOffset(local) : gap.getOffsetBefore();
        }
        return valid.getLast();
    }

    private static String special(String text) {
        return text.length() > MAX_LENGTH ? "" : text.strip().toLowerCase(Locale.ROOT);
    }

    /** One text taken apart. */
    private static final class Parts {
        private final PgType type;
        private final String text;
        private final Matcher form;
        private final Optional<ZoneId> zone;

        Parts(PgType type, String text, DateStyle.Order order) {
            this.type = type;
            this.text = text;
            String bounded = text.length() > MAX_LENGTH ? "?" : text.strip();
            this.form = FORM.matcher(DateOrder.iso(bounded, order));
            if (!form.matches() || !(hasDate() || hasTime())) {
                throw invalid();
            }
            zone = readZone();
        }

        /** Empty if the text names none. A type without a zone ignores it, but it must be one. */
        Optional<ZoneId> zone() {
            return zone;
        }

        SqlException invalid() {
            return new SqlException(
                    SqlState.INVALID_DATETIME_FORMAT,
                    "invalid input syntax for type %s: \"%s\"".formatted(typeName(), text));
        }

        /** In these messages PostgreSQL says the long name only where there is a zone. */
        private String typeName() {
            return type == PgType.TIME || type == PgType.TIMESTAMP
                    ? type.typeName()
                    : type.sqlName();
        }

        private SqlException outOfRange() {
            return new SqlException(
                    SqlState.DATETIME_FIELD_OVERFLOW,
                    "date/time field value out of range: \"%s\"".formatted(text));
        }

        boolean hasDate() {
            return form.group("year") != null || form.group("compact") != null;
        }

        LocalDate date() {
            String compact = form.group("compact");
            if (!hasDate()) {
                throw invalid();
            }
            try {
                int year =
                        Integer.parseInt(
                                compact == null ? form.group("year") : compact.substring(0, 4));
                String month = compact == null ? form.group("month") : compact.substring(4, 6);
                String day = compact == null ? form.group("day") : compact.substring(6, 8);
                boolean beforeChrist =
                        "BC".equalsIgnoreCase(form.group("era"))
                                || "BC".equalsIgnoreCase(form.group("early"));
                if (year == 0) {
                    throw outOfRange();
                }
                return LocalDate.of(
                        beforeChrist ? 1 - year : year,
                        Integer.parseInt(month),
                        Integer.parseInt(day));
            } catch (DateTimeException e) {
                throw outOfRange();
            }
        }

        LocalDateTime dateTime() {
            LocalDate date = date();
            long micros = hasTime() ? micros() : 0;
            return date.atStartOfDay().plusNanos(micros * 1_000);
        }

        /** Empty at the end of the day. */
        Optional<LocalTime> time() {
            if (!hasTime()) {
                throw invalid();
            }
            long micros = micros();
            return micros == Temporal.MICROS_PER_DAY
                    ? Optional.empty()
                    : Optional.of(LocalTime.ofNanoOfDay(micros * 1_000));
        }

        private boolean hasTime() {
            return form.group("hour") != null || form.group("clock") != null;
        }

        /** Microseconds of the day; 24:00:00 and a second 60 are allowed and carry over. */
        private long micros() {
            String clock = form.group("clock");
            int hour = Integer.parseInt(clock == null ? form.group("hour") : clock.substring(0, 2));
            int minute =
                    Integer.parseInt(clock == null ? form.group("minute") : clock.substring(2, 4));
            String second = clock == null ? form.group("second") : clock.substring(4);
            long inMinute =
                    second == null
                            ? 0
                            : new BigDecimal(second)
                                    .movePointRight(6)
                                    .setScale(0, RoundingMode.HALF_EVEN)
                                    .longValueExact();
            long micros =
                    hour * Temporal.MICROS_PER_HOUR
                            + minute * Temporal.MICROS_PER_MINUTE
                            + inMinute;
            if (minute > 59
                    || inMinute > Temporal.MICROS_PER_MINUTE
                    || micros > Temporal.MICROS_PER_DAY) {
                throw outOfRange();
            }
            return micros;
        }

        private Optional<ZoneId> readZone() {
            String named = form.group("zone");
            if (named == null) {
                return Optional.empty();
            }
            boolean numeric = named.charAt(0) == '+' || named.charAt(0) == '-';
            try {
                return Optional.of(numeric ? offset(named) : region(named));
            } catch (DateTimeException e) {
                throw numeric
                        ? new SqlException(
                                SqlState.INVALID_TIME_ZONE_DISPLACEMENT,
                                "time zone displacement out of range: \"%s\"".formatted(text))
                        : new SqlException(
                                SqlState.INVALID_PARAMETER_VALUE,
                                "time zone \"%s\" not recognized"
                                        .formatted(named.toLowerCase(Locale.ROOT)));
            }
        }

        private static ZoneId offset(String zone) {
            String digits = zone.substring(1).replace(":", "");
            String padded = digits.length() % 2 == 0 ? digits : "0" + digits;
            int seconds = 0;
            for (int i = 0, unit = 3_600; i < padded.length(); i += 2, unit /= 60) {
                seconds += Integer.parseInt(padded, i, i + 2, 10) * unit;
            }
            return ZoneOffset.ofTotalSeconds(zone.charAt(0) == '-' ? -seconds : seconds);
        }

        private static ZoneId region(String zone) {
            return zone.equalsIgnoreCase("Z") || zone.equalsIgnoreCase("UTC")
                    ? ZoneOffset.UTC
                    : ZoneId.of(zone);
        }
    }
}
