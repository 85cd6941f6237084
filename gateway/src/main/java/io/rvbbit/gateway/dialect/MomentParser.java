package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;

/** {@code to_date} and {@code to_timestamp} with a format. Threading: used once, by one thread. */
final class MomentParser {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final String text;
    private final String format;
    private int at;
    private int year = 1;
    private int month = 1;
    private int day = 1;
    private int dayOfYear;
    private int hour;
    private int minute;
    private int second;
    private int micros;
    private boolean halfDay;
    private boolean afternoon;

    private MomentParser(String text, String format) {
        this.text = text;
        this.format = format;
    }

    static String date(String text, String format) {
        return new MomentParser(text, format).read().toLocalDate().toString();
    }

    static String timestamp(String text, String format) {
        return TIMESTAMP.format(new MomentParser(text, format).read());
    }

    private LocalDateTime read() {
        int i = 0;
        while (i < format.length() && at < text.length()) {
            if (format.regionMatches(true, i, "FM", 0, 2)
                    || format.regionMatches(true, i, "FX", 0, 2)
                    || format.regionMatches(true, i, "TH", 0, 2)) {
                at += format.regionMatches(true, i, "TH", 0, 2) ? 2 : 0;
                i += 2;
                continue;
            }
            String pattern = MomentPicture.patternAt(format, i);
            if (pattern.isEmpty()) {
                i = separator(i);
                continue;
            }
            i += pattern.length();
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            field(pattern, !MomentPicture.patternAt(format, i).isEmpty());
        }
        try {
            LocalDate date =
                    dayOfYear > 0
                            ? LocalDate.ofYearDay(year, dayOfYear)
                            : LocalDate.of(year, month, day);
            int hours = halfDay ? hour % 12 + (afternoon ? 12 : 0) : hour;
            return date.atTime(hours, minute, second, micros * 1000);
        } catch (DateTimeException fault) {
            throw new SqlException(
                    SqlState.DATETIME_FIELD_OVERFLOW,
                    "date/time field value out of range: \"" + text + "\"",
                    fault);
        }
    }

    /** A separator of the format stands for any separator; quoted text is skipped by length. */
    private int separator(int from) {
        int i = from;
        if (format.charAt(i) == '"') {
            int close = format.indexOf('"', i + 1);
            int end = close < 0 ? format.length() : close;
            at += end - i - 1;
            return end + 1;
        }
        boolean letter = Character.isLetterOrDigit(format.charAt(i));
        if (letter || (at < text.length() && !Character.isLetterOrDigit(text.charAt(at)))) {
            at++;
        }
        return i + 1;
    }

    private void field(String pattern, boolean followed) {
        switch (pattern) {
            case "YYYY", "IYYY" -> year = number(pattern, followed ? 4 : 9);
            case "YYY" -> year = 2000 + number(pattern, 3);
            case "YY" -> {
                int short2 = number(pattern, 2);
                year = short2 < 70 ? 2000 + short2 : 1900 + short2;
            }
            case "Y" -> year = 2020 + number(pattern, 1);
            case "MM" -> month = number(pattern, 2);
            case "DD" -> day = number(pattern, 2);
            case "DDD" -> dayOfYear = number(pattern, 3);
            case "HH24" -> hour = number(pattern, 2);
            case "HH", "HH12" -> {
                hour = number(pattern, 2);
                halfDay = true;
                if (hour < 1 || hour > 12) {
                    throw wrong("hour \"" + hour + "\" is invalid for the 12-hour clock", pattern);
                }
            }
            case "MI" -> minute = number(pattern, 2);
            case "SS" -> second = number(pattern, 2);
            case "SSSS", "SSSSS" -> {
                int seconds = number(pattern, 5);
                hour = seconds / 3600;
                minute = seconds / 60 % 60;
                second = seconds % 60;
            }
            case "MS", "FF3" -> micros = fraction(pattern, 3);
            case "US", "FF6" -> micros = fraction(pattern, 6);
            case "AM", "PM", "am", "pm" -> half(2);
            case "A.M.", "P.M.", "a.m.", "p.m." -> half(4);
            case "MONTH", "Month", "month" -> month = monthNamed(TextStyle.FULL, pattern);
            case "MON", "Mon", "mon" -> month = monthNamed(TextStyle.SHORT, pattern);
            case "DAY", "Day", "day", "DY", "Dy", "dy" -> {
                while (at < text.length() && Character.isLetter(text.charAt(at))) {
                    at++;
                }
            }
            default ->
                    throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "formatting field \"" + pattern + "\" is not supported here");
        }
    }

    private void half(int length) {
        int end = Math.min(text.length(), at + length);
        String word = text.substring(at, end).replace(".", "").toUpperCase(Locale.ROOT);
        if (!word.equals("AM") && !word.equals("PM")) {
            throw wrong(word, "AM");
        }
        halfDay = true;
        afternoon = word.equals("PM");
        at = end;
    }

    private int monthNamed(TextStyle style, String pattern) {
        for (Month candidate : Month.values()) {
            String name = candidate.getDisplayName(style, Locale.ENGLISH);
            if (text.regionMatches(true, at, name, 0, name.length())) {
                at += name.length();
                return candidate.getValue();
            }
        }
        throw wrong(text.substring(at), pattern);
    }

    private int fraction(String pattern, int digits) {
        int start = at;
        int value = number(pattern, digits);
        for (int i = at - start; i < 6; i++) {
            value *= 10;
        }
        return value;
    }

    private int number(String pattern, int most) {
        int start = at;
        int value = 0;
        while (at < text.length()
                && at - start < most
                && text.charAt(at) >= '0'
                && text.charAt(at) <= '9') {
            value = value * 10 + (text.charAt(at++) - '0');
        }
        if (at == start) {
            throw wrong(text.substring(start, Math.min(text.length(), start + most)), pattern);
        }
        return value;
    }

    private static SqlException wrong(String value, String pattern) {
        return new SqlException(
                SqlState.INVALID_DATETIME_FORMAT,
                "invalid value \"" + value + "\" for \"" + pattern + "\"");
    }
}
