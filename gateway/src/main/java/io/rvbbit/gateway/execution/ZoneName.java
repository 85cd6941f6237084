package io.rvbbit.gateway.execution;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time zone as PostgreSQL names it.
 *
 * <p>Hours alone count to the east; in a POSIX name such as {@code GMT-02:00} they count to the
 * west. Threading: immutable.
 *
 * @param shown what SHOW answers
 */
record ZoneName(String shown, ZoneId zone) {
    private static final Pattern HOURS = Pattern.compile("[+-]?\\d{1,3}(?:\\.\\d{1,4})?");
    private static final Pattern POSIX =
            Pattern.compile(
                    "(?:<[A-Za-z0-9+:-]+>|[A-Za-z]{3,})?([+-]?)(\\d{1,2})(?::(\\d{2}))?(?::(\\d{2}))?");
    private static final int MOST_HOURS = 18;
    private static final Map<String, String> REGIONS = regions();

    /** The names of the zones as they are spelt, whatever case they are asked in. */
    private static Map<String, String> regions() {
        Map<String, String> regions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ZoneId.getAvailableZoneIds().forEach(name -> regions.put(name, name));
        return Collections.unmodifiableMap(regions);
    }

    /** Empty for what is no zone. */
    static Optional<ZoneName> of(String text) {
        String name = text.strip();
        if (HOURS.matcher(name).matches()) {
            return ofSeconds(Math.round(Double.parseDouble(name) * 3_600));
        }
        String region = REGIONS.get(name);
        if (region != null) {
            return Optional.of(new ZoneName(region, ZoneId.of(region)));
        }
        if (name.equalsIgnoreCase("Z")) {
            return Optional.of(new ZoneName("UTC", ZoneId.of("UTC")));
        }
        return posix(name);
    }

    /** A distance to the east of Greenwich; empty where there is no land so far out. */
    static Optional<ZoneName> ofSeconds(long east) {
        if (Math.abs(east) > Duration.ofHours(MOST_HOURS).toSeconds()) {
            return Optional.empty();
        }
        String shown = "<" + hours(east) + ">" + hours(-east);
        return Optional.of(new ZoneName(shown, ZoneOffset.ofTotalSeconds((int) east)));
    }

    private static Optional<ZoneName> posix(String name) {
        Matcher matcher = POSIX.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long west =
                Long.parseLong(matcher.group(2)) * 3_600
                        + part(matcher.group(3)) * 60
                        + part(matcher.group(4));
        long east = matcher.group(1).equals("-") ? west : -west;
        try {
            return Optional.of(new ZoneName(name, ZoneOffset.ofTotalSeconds((int) east)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static long part(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static String hours(long seconds) {
        long size = Math.abs(seconds);
        String text = "%s%02d".formatted(seconds < 0 ? "-" : "+", size / 3_600);
        if (size % 3_600 != 0) {
            text += ":%02d".formatted(size / 60 % 60);
        }
        return size % 60 == 0 ? text : text + ":%02d".formatted(size % 60);
    }

    /** The zone in the engine's words, which are ICU's. */
    String engineName() {
        return zone instanceof ZoneOffset offset
                ? offset.getTotalSeconds() == 0 ? "UTC" : "UTC" + offset.getId()
                : zone.getId();
    }
}
