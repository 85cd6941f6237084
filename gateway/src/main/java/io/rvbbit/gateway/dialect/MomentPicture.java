package io.rvbbit.gateway.dialect;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.JulianFields;
import java.util.List;
import java.util.Locale;

/** {@code to_char} of dates and timestamps. Threading: immutable. */
final class MomentPicture {
    /** Longer patterns stand before those that they begin with. */
    static final List<String> PATTERNS =
            List.of(
                    "HH24", "HH12", "SSSSS", "SSSS", "Y,YYY", "YYYY", "IYYY", "IDDD", "MONTH",
                    "Month", "month", "A.D.", "B.C.", "a.d.", "b.c.", "A.M.", "P.M.", "a.m.",
                    "p.m.", "YYY", "IYY", "MON", "Mon", "mon", "DAY", "Day", "day", "DDD", "TZH",
                    "TZM", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "HH", "MI", "SS", "MS", "US",
                    "AM", "PM", "am", "pm", "YY", "IY", "MM", "DY", "Dy", "dy", "DD", "ID", "WW",
                    "IW", "CC", "RM", "rm", "TZ", "tz", "OF", "AD", "BC", "ad", "bc", "Y", "I", "D",
                    "W", "Q", "J");

    private static final List<String> ROMAN =
            List.of("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII");
    private static final int NAME_WIDTH = 9;

    private final ZonedDateTime moment;
    private final StringBuilder out = new StringBuilder();

    private MomentPicture(ZonedDateTime moment) {
        this.moment = moment;
    }

    static String of(ZonedDateTime moment, String format) {
        return new MomentPicture(moment).write(format);
    }

    /** The pattern that stands in a format at this place, in any case; empty if there is none. */
    static String patternAt(String format, int at) {
        for (String pattern : PATTERNS) {
            if (format.startsWith(pattern, at)) {
                return pattern;
            }
        }
        for (String pattern : PATTERNS) {
            if (format.regionMatches(true, at, pattern, 0, pattern.length())) {
                return pattern;
            }
        }
        return "";
    }

    private String write(String format) {
        boolean fill = true;
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i);
            if (c == '"') {
                i = quoted(format, i + 1);
                continue;
            }
            if (c == '\\' && i + 1 < format.length() && format.charAt(i + 1) == '"') {
                out.append('"');
                i += 2;
                continue;
            }
            if (format.regionMatches(true, i, "FM", 0, 2)) {
                fill = false;
                i += 2;
                continue;
            }
            if (format.regionMatches(true, i, "FX", 0, 2)
                    || format.regionMatches(true, i, "TM", 0, 2)) {
                i += 2;
                continue;
            }
            String pattern = patternAt(format, i);
            if (pattern.isEmpty()) {
                out.append(c);
                i++;
                continue;
            }
            i += pattern.length();
            int from = out.length();
            field(pattern, fill);
            if (format.startsWith("TH", i) || format.startsWith("th", i)) {
                String ending = ordinal(out.substring(from));
                out.append(format.charAt(i) == 'T' ? ending.toUpperCase(Locale.ROOT) : ending);
                i += 2;
            }
            fill = true;
        }
        return out.toString();
    }

    private int quoted(String format, int from) {
        int i = from;
        while (i < format.length() && format.charAt(i) != '"') {
            if (format.charAt(i) == '\\' && i + 1 < format.length()) {
                i++;
            }
            out.append(format.charAt(i++));
        }
        return i + 1;
    }

    static String ordinal(String number) {
        if (number.length() > 1 && number.charAt(number.length() - 2) == '1') {
            return "th";
        }
        return switch (number.isEmpty() ? '0' : number.charAt(number.length() - 1)) {
            case '1' -> "st";
            case '2' -> "nd";
            case '3' -> "rd";
            default -> "th";
        };
    }

    private void field(String pattern, boolean fill) {
        int year = moment.getYear() > 0 ? moment.getYear() : 1 - moment.getYear();
        int hour12 = moment.getHour() % 12 == 0 ? 12 : moment.getHour() % 12;
        int weekYear = moment.get(IsoFields.WEEK_BASED_YEAR);
        int micros = moment.getNano() / 1000;
        switch (pattern) {
            case "HH24" -> number(moment.getHour(), 2, fill);
            case "HH", "HH12" -> number(hour12, 2, fill);
            case "MI" -> number(moment.getMinute(), 2, fill);
            case "SS" -> number(moment.getSecond(), 2, fill);
            case "SSSS", "SSSSS" -> number(moment.toLocalTime().toSecondOfDay(), 1, fill);
            case "MS", "FF3" -> number(micros / 1000, 3, true);
            case "US", "FF6" -> number(micros, 6, true);
            case "FF1" -> number(micros / 100_000, 1, true);
            case "FF2" -> number(micros / 10_000, 2, true);
            case "FF4" -> number(micros / 100, 4, true);
            case "FF5" -> number(micros / 10, 5, true);
            case "AM", "PM" -> out.append(moment.getHour() < 12 ? "AM" : "PM");
            case "am", "pm" -> out.append(moment.getHour() < 12 ? "am" : "pm");
            case "A.M.", "P.M." -> out.append(moment.getHour() < 12 ? "A.M." : "P.M.");
            case "a.m.", "p.m." -> out.append(moment.getHour() < 12 ? "a.m." : "p.m.");
            case "YYYY" -> number(year, 4, fill);
            case "Y,YYY" -> out.append("%d,%03d".formatted(year / 1000, year % 1000));
            case "YYY" -> number(year % 1000, 3, fill);
            case "YY" -> number(year % 100, 2, fill);
            case "Y" -> number(year % 10, 1, fill);
            case "IYYY" -> number(weekYear, 4, fill);
            case "IYY" -> number(weekYear % 1000, 3, fill);
            case "IY" -> number(weekYear % 100, 2, fill);
            case "I" -> number(weekYear % 10, 1, fill);
            case "AD", "BC" -> out.append(moment.getYear() > 0 ? "AD" : "BC");
            case "ad", "bc" -> out.append(moment.getYear() > 0 ? "ad" : "bc");
            case "A.D.", "B.C." -> out.append(moment.getYear() > 0 ? "A.D." : "B.C.");
            case "a.d.", "b.c." -> out.append(moment.getYear() > 0 ? "a.d." : "b.c.");
            case "CC" -> number((year - 1) / 100 + 1, 2, fill);
            case "MM" -> number(moment.getMonthValue(), 2, fill);
            case "DD" -> number(moment.getDayOfMonth(), 2, fill);
            case "DDD" -> number(moment.getDayOfYear(), 3, fill);
            case "IDDD" ->
                    number(
                            (moment.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) - 1) * 7
                                    + moment.getDayOfWeek().getValue(),
                            3,
                            fill);
            case "D" -> number(moment.getDayOfWeek().getValue() % 7 + 1, 1, fill);
            case "ID" -> number(moment.getDayOfWeek().getValue(), 1, fill);
            case "W" -> number((moment.getDayOfMonth() - 1) / 7 + 1, 1, fill);
            case "WW" -> number((moment.getDayOfYear() - 1) / 7 + 1, 2, fill);
            case "IW" -> number(moment.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, fill);
            case "Q" -> number(moment.get(IsoFields.QUARTER_OF_YEAR), 1, fill);
            case "J" -> out.append(moment.getLong(JulianFields.JULIAN_DAY));
            case "RM" -> roman(fill, ROMAN.get(moment.getMonthValue() - 1));
            case "rm" ->
                    roman(fill, ROMAN.get(moment.getMonthValue() - 1).toLowerCase(Locale.ROOT));
            case "TZ" -> out.append(zone());
            case "tz" -> out.append(zone().toLowerCase(Locale.ROOT));
            case "TZH" -> out.append("%+03d".formatted(offset() / 3600));
            case "TZM" -> number(Math.abs(offset()) / 60 % 60, 2, true);
            case "OF" -> {
                int minutes = Math.abs(offset()) / 60 % 60;
                out.append("%+03d".formatted(offset() / 3600));
                out.append(minutes == 0 ? "" : ":%02d".formatted(minutes));
            }
            default -> name(pattern, fill);
        }
    }

    private int offset() {
        return moment.get(ChronoField.OFFSET_SECONDS);
    }

    private String zone() {
        String name = moment.getZone().getDisplayName(TextStyle.SHORT, Locale.ROOT);
        return name.equals("Z") ? "UTC" : name;
    }

    private void name(String pattern, boolean fill) {
        boolean day = pattern.charAt(0) == 'D' || pattern.charAt(0) == 'd';
        boolean whole = day ? pattern.length() == 3 : pattern.length() > 3;
        TextStyle style = whole ? TextStyle.FULL : TextStyle.SHORT;
        String text =
                day
                        ? moment.getDayOfWeek().getDisplayName(style, Locale.ENGLISH)
                        : moment.getMonth().getDisplayName(style, Locale.ENGLISH);
        if (Character.isLowerCase(pattern.charAt(0))) {
            text = text.toLowerCase(Locale.ROOT);
        } else if (Character.isUpperCase(pattern.charAt(1))) {
            text = text.toUpperCase(Locale.ROOT);
        }
        out.append(text);
        if (whole && fill) {
            out.append(" ".repeat(NAME_WIDTH - text.length()));
        }
    }

    private void roman(boolean fill, String text) {
        out.append(text).append(fill ? " ".repeat(4 - text.length()) : "");
    }

    private void number(int value, int width, boolean fill) {
        String digits = Integer.toString(value);
        out.append(fill ? "0".repeat(Math.max(0, width - digits.length())) : "").append(digits);
    }
}
