package io.rvbbit.gateway.wire;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates in other orders than ISO's, in ISO's: {@code 1/31/2026}, {@code 31.01.2026}, {@code Jan 31,
 * 2026}, {@code Sat 31 Jan 12:30:00 2026}.
 *
 * <p>The order of {@code DateStyle} decides between three numbers, unless the first has more than
 * two digits; a year of two digits lies between 1970 and 2069. Threading: stateless.
 */
final class DateOrder {
    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final String MONTH =
            "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
                    + "|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
    private static final String WEEKDAY =
            "(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\\s+)?";
    private static final String DAY = "(?<day>\\d{1,2})";
    private static final String YEAR = "(?<year>\\d{1,7})";
    private static final String CLOCK = "(?<clock>\\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d{0,9})?)?)";
    private static final String REST = "(?<rest>(?:[\\sT].*)?)";
    private static final Pattern NUMBERS =
            Pattern.compile(
                    "(?<a>\\d{1,7})(?<between>[-/.])(?<b>\\d{1,2})\\k<between>(?<c>\\d{1,7})"
                            + REST,
                    Pattern.CASE_INSENSITIVE);
    private static final List<Pattern> NAMED =
            List.of(
                    named(WEEKDAY + MONTH + "\\s+" + DAY + "\\s+" + CLOCK + "\\s+" + YEAR + REST),
                    named(WEEKDAY + DAY + "\\s+" + MONTH + "\\s+" + CLOCK + "\\s+" + YEAR + REST),
                    named(WEEKDAY + MONTH + "[\\s-]+" + DAY + "(?:,\\s*|[\\s-]+)" + YEAR + REST),
                    named(WEEKDAY + DAY + "[\\s-]*" + MONTH + "(?:,\\s*|[\\s-]+)" + YEAR + REST),
                    named("(?<year>\\d{3,7})[\\s-]+" + MONTH + "[\\s-]+" + DAY + REST));
    private static final int LAST_OF_THIS_CENTURY = 69;

    private DateOrder() {}

    private static Pattern named(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    /** The text as ISO has it; unchanged where it is no date of these forms. */
    static String iso(String text, DateStyle.Order order) {
        Matcher numbers = NUMBERS.matcher(text);
        if (numbers.matches()) {
            return ofNumbers(text, numbers, order);
        }
        if (text.chars().noneMatch(Character::isLetter)) {
            return text;
        }
        for (Pattern pattern : NAMED) {
            Matcher named = pattern.matcher(text);
            if (named.matches()) {
                boolean clock = named.namedGroups().containsKey("clock");
                String name = named.group("month").substring(0, 3).toLowerCase(Locale.ROOT);
                return date(
                                named.group("year"),
                                Integer.toString(MONTHS.indexOf(name) + 1),
                                named.group("day"))
                        + (clock ? " " + named.group("clock") : "")
                        + named.group("rest");
            }
        }
        return text;
    }

    private static String ofNumbers(String text, Matcher numbers, DateStyle.Order order) {
        String a = numbers.group("a");
        String b = numbers.group("b");
        String c = numbers.group("c");
        boolean yearFirst = a.length() > 2 || order == DateStyle.Order.YMD;
        if (yearFirst && c.length() > 2) {
            return text;
        }
        String date =
                yearFirst
                        ? date(a, b, c)
                        : order == DateStyle.Order.DMY ? date(c, b, a) : date(c, a, b);
        return date + numbers.group("rest");
    }

    private static String date(String year, String month, String day) {
        int number = Integer.parseInt(year);
        if (year.length() <= 2) {
            number += number <= LAST_OF_THIS_CENTURY ? 2_000 : 1_900;
        }
        return "%04d-%02d-%02d".formatted(number, Integer.parseInt(month), Integer.parseInt(day));
    }
}
