package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Intervals from text: PostgreSQL's own styles ({@code 1 year -2 mons 3 days 04:05:06.7}, {@code @
 * 1 min ago}) and ISO 8601 with designators ({@code P1Y2M3DT4H5M6S}).
 *
 * <p>A fraction of a unit flows down: of a year into months, of a month into days of which it has
 * 30, of a day into time. Threading: one use, one thread.
 */
final class IntervalInput {
    private static final int MAX_LENGTH = 256;
    private static final Pattern PART =
            Pattern.compile(
                    "\\s*+(?:(?<span>[+-]?\\d{1,9})-(?<rest>\\d{1,2})(?!\\d)|(?<sign>[+-]?)(?<hour>\\d{1,10}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2}(?:\\.\\d{0,20})?))?+"
                            + "|(?<number>[+-]?(?:\\d{1,19}(?:\\.\\d{0,20})?|\\.\\d{1,20}))\\s*+(?<unit>[a-z]++)?+)");
    private static final Pattern ISO =
            Pattern.compile(
                    "(?<number>[+-]?(?:\\d{1,19}(?:\\.\\d{0,20})?|\\.\\d{1,20}))(?<unit>[YMWDHS])");
    private static final Map<String, BigDecimal> MICROS =
            Map.of(
                    "us", BigDecimal.ONE,
                    "ms", BigDecimal.valueOf(1_000),
                    "s", BigDecimal.valueOf(Temporal.MICROS_PER_SECOND),
                    "min", BigDecimal.valueOf(Temporal.MICROS_PER_MINUTE),
                    "h", BigDecimal.valueOf(Temporal.MICROS_PER_HOUR));
    private static final Map<String, Integer> DAYS = Map.of("d", 1, "w", 7);
    private static final Map<String, Integer> MONTHS =
            Map.of("mon", 1, "y", 12, "dec", 120, "c", 1_200, "mil", 12_000);
    private static final BigDecimal DAYS_PER_MONTH = BigDecimal.valueOf(30);
    private static final BigDecimal MICROS_PER_DAY = BigDecimal.valueOf(Temporal.MICROS_PER_DAY);

    private final String text;
    private BigDecimal months = BigDecimal.ZERO;
    private BigDecimal days = BigDecimal.ZERO;
    private BigDecimal micros = BigDecimal.ZERO;

    private IntervalInput(String text) {
        this.text = text;
    }

    static Interval parse(String text) {
        IntervalInput input = new IntervalInput(text);
        if (text.length() > MAX_LENGTH) {
            throw input.invalid();
        }
        String stripped = text.strip();
        boolean ago = false;
        if (stripped.startsWith("P")) {
            input.iso(stripped.substring(1));
        } else {
            ago = input.words(stripped.toLowerCase(Locale.ROOT));
        }
        return input.result(ago);
    }

    private boolean words(String words) {
        String rest = words.startsWith("@") ? words.substring(1) : words;
        boolean ago = rest.endsWith(" ago");
        if (ago) {
            rest = rest.substring(0, rest.length() - 4);
        }
        rest = rest.strip();
        if (rest.isEmpty()) {
            throw invalid();
        }
        Matcher part = PART.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            part.region(at, rest.length());
            if (!part.lookingAt()) {
                throw invalid();
            }
            at = part.end();
            if (part.group("span") != null) {
                yearsAndMonths(part);
            } else if (part.group("number") == null) {
                clock(part);
            } else {
                String unit = part.group("unit");
                if (unit == null && rest.substring(at).strip().matches("[+-]?\\d{1,10}:.*")) {
                    // SQL's own style: a bare number before a time of day counts days.
                    unit = "d";
                }
                add(new BigDecimal(part.group("number")), unit == null ? "s" : canonical(unit));
            }
        }
        return ago;
    }

    /** SQL's own style for years and months: {@code 1-2}. */
    private void yearsAndMonths(Matcher part) {
        String years = part.group("span");
        BigDecimal sign = BigDecimal.valueOf(years.startsWith("-") ? -1 : 1);
        add(new BigDecimal(years), "y");
        add(new BigDecimal(part.group("rest")).multiply(sign), "mon");
    }

    private void clock(Matcher part) {
        BigDecimal minute = new BigDecimal(part.group("minute"));
        BigDecimal second =
                Optional.ofNullable(part.group("second"))
                        .map(BigDecimal::new)
                        .orElse(BigDecimal.ZERO);
        BigDecimal sixty = BigDecimal.valueOf(60);
        if (minute.compareTo(sixty) >= 0 || second.compareTo(sixty) > 0) {
            throw outOfRange();
        }
        BigDecimal seconds =
                new BigDecimal(part.group("hour"))
                        .multiply(sixty)
                        .add(minute)
                        .multiply(sixty)
                        .add(second);
        add(part.group("sign").equals("-") ? seconds.negate() : seconds, "s");
    }

    private void iso(String body) {
        int time = body.indexOf('T');
        isoPart(time < 0 ? body : body.substring(0, time), "mon");
        if (time >= 0) {
            isoPart(body.substring(time + 1), "min");
        }
        if (body.isEmpty() || body.equals("T")) {
            throw invalid();
        }
    }

    /** M is a month before the T and a minute behind it. */
    private void isoPart(String parts, String meaningOfM) {
        Matcher part = ISO.matcher(parts);
        int at = 0;
        while (at < parts.length()) {
            part.region(at, parts.length());
            if (!part.lookingAt()) {
                throw invalid();
            }
            at = part.end();
            String unit = part.group("unit").toLowerCase(Locale.ROOT);
            add(new BigDecimal(part.group("number")), unit.equals("m") ? meaningOfM : unit);
        }
    }

    private String canonical(String unit) {
        return switch (unit) {
            case "us",
                    "usec",
                    "usecs",
                    "usecond",
                    "useconds",
                    "microsecond",
                    "microseconds",
                    "microsecs",
                    "microsec" ->
                    "us";
            case "ms",
                    "msec",
                    "msecs",
                    "msecond",
                    "mseconds",
                    "millisecond",
                    "milliseconds",
                    "millisecs",
                    "millisec" ->
                    "ms";
            case "s", "sec", "secs", "second", "seconds" -> "s";
            case "m", "min", "mins", "minute", "minutes" -> "min";
            case "h", "hr", "hrs", "hour", "hours" -> "h";
            case "d", "day", "days" -> "d";
            case "w", "week", "weeks" -> "w";
            case "mon", "mons", "month", "months" -> "mon";
            case "y", "yr", "yrs", "year", "years" -> "y";
            case "dec", "decs", "decade", "decades" -> "dec";
            case "c", "cent", "century", "centuries" -> "c";
            case "mil", "mils", "millennium", "millennia" -> "mil";
            default -> throw invalid();
        };
    }

    private void add(BigDecimal number, String unit) {
        BigDecimal scale = MICROS.get(unit);
        Integer inDays = DAYS.get(unit);
        Integer inMonths = MONTHS.get(unit);
        if (scale != null) {
            micros = micros.add(number.multiply(scale));
        } else if (inDays != null) {
            addDays(number.multiply(BigDecimal.valueOf(inDays)));
        } else if (inMonths != null) {
            BigDecimal sum = number.multiply(BigDecimal.valueOf(inMonths));
            if (inMonths > 1) {
                months = months.add(sum.setScale(0, RoundingMode.HALF_EVEN));
            } else {
                BigDecimal whole = sum.setScale(0, RoundingMode.DOWN);
                months = months.add(whole);
                addDays(sum.subtract(whole).multiply(DAYS_PER_MONTH));
            }
        } else {
            throw invalid();
        }
    }

    private void addDays(BigDecimal number) {
        BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
        days = days.add(whole);
        micros = micros.add(number.subtract(whole).multiply(MICROS_PER_DAY));
    }

    private Interval result(boolean ago) {
        BigDecimal sign = ago ? BigDecimal.ONE.negate() : BigDecimal.ONE;
        try {
            long time = micros.multiply(sign).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
            if (time == Long.MIN_VALUE) {
                throw invalid(); // has no positive counterpart, and PostgreSQL refuses it too
            }
            return new Interval(
                    months.multiply(sign).intValueExact(),
                    days.multiply(sign).intValueExact(),
                    time);
        } catch (ArithmeticException e) {
            throw outOfRange();
        }
    }

    private SqlException invalid() {
        return new SqlException(
                SqlState.INVALID_DATETIME_FORMAT,
                "invalid input syntax for type interval: \"%s\"".formatted(text));
    }

    private SqlException outOfRange() {
        return new SqlException(
                SqlState.INTERVAL_FIELD_OVERFLOW,
                "interval field value out of range: \"%s\"".formatted(text));
    }
}
