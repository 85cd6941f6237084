package io.rvbbit.gateway.session;

import io.rvbbit.gateway.wire.TextFormat;
import java.math.BigDecimal;

/** The texts of intervals in the four styles. Threading: stateless. */
final class IntervalStyle {
    private static final long MICROS_PER_SECOND = 1_000_000L;

    private IntervalStyle() {}

    /** The encoder of intervals in the style that the setting names. */
    static ValueEncoder encoder(String style) {
        if (style.equals("postgres")) {
            return (vector, row, out) ->
                    TextFormat.interval(
                            out, vector.getMonths(row), vector.getDays(row), vector.getMicros(row));
        }
        return (vector, row, out) ->
                out.putUtf8(
                        text(
                                style,
                                vector.getMonths(row),
                                vector.getDays(row),
                                vector.getMicros(row)));
    }

    static String text(String style, int months, int days, long micros) {
        return switch (style) {
            case "iso_8601" -> iso(months, days, micros);
            case "sql_standard" -> standard(months, days, micros);
            default -> verbose(months, days, micros);
        };
    }

    private static String iso(int months, int days, long micros) {
        if (months == 0 && days == 0 && micros == 0) {
            return "PT0S";
        }
        StringBuilder out = new StringBuilder("P");
        part(out, months / 12, "Y");
        part(out, months % 12, "M");
        part(out, days, "D");
        if (micros != 0) {
            out.append('T');
            part(out, hours(micros), "H");
            part(out, minutes(micros), "M");
            String seconds = seconds(micros);
            if (!seconds.equals("0")) {
                out.append(seconds).append('S');
            }
        }
        return out.toString();
    }

    private static void part(StringBuilder out, long value, String unit) {
        if (value != 0) {
            out.append(value).append(unit);
        }
    }

    private static String standard(int months, int days, long micros) {
        boolean negative = months < 0 || days < 0 || micros < 0;
        boolean positive = months > 0 || days > 0 || micros > 0;
        boolean mixed = months != 0 && (days != 0 || micros != 0);
        if (!negative && !positive) {
            return "0";
        }
        if ((negative && positive) || mixed) {
            return "%s%d-%d %s%d %s%s"
                    .formatted(
                            sign(months),
                            Math.abs(months / 12),
                            Math.abs(months % 12),
                            sign(days),
                            Math.abs(days),
                            sign(micros),
                            clock(micros));
        }
        String minus = negative ? "-" : "";
        if (months != 0) {
            return minus + Math.abs(months / 12) + "-" + Math.abs(months % 12);
        }
        if (days != 0) {
            return minus + Math.abs(days) + " " + clock(micros);
        }
        return minus + clock(micros);
    }

    private static String sign(long value) {
        return value < 0 ? "-" : "+";
    }

    private static String clock(long micros) {
        long absolute = Math.abs(micros);
        String seconds = seconds(absolute);
        String whole = seconds.contains(".") ? seconds.substring(0, seconds.indexOf('.')) : seconds;
        return "%d:%02d:%s%s"
                .formatted(
                        hours(absolute), minutes(absolute), whole.length() < 2 ? "0" : "", seconds);
    }

    private static String verbose(int months, int days, long micros) {
        StringBuilder out = new StringBuilder("@");
        boolean ago = firstSign(months, days, micros) < 0;
        int turn = ago ? -1 : 1;
        word(out, (long) turn * (months / 12), "year");
        word(out, (long) turn * (months % 12), "mon");
        word(out, (long) turn * days, "day");
        word(out, turn * hours(micros), "hour");
        word(out, turn * minutes(micros), "min");
        String seconds = seconds(turn * micros);
        if (!seconds.equals("0")) {
            out.append(' ').append(seconds).append(seconds.equals("1") ? " sec" : " secs");
        }
        if (out.length() == 1) {
            return "@ 0";
        }
        return out.append(ago ? " ago" : "").toString();
    }

    private static int firstSign(int months, int days, long micros) {
        if (months != 0) {
            return Integer.signum(months);
        }
        return days != 0 ? Integer.signum(days) : Long.signum(micros);
    }

    private static void word(StringBuilder out, long value, String unit) {
        if (value != 0) {
            out.append(' ').append(value).append(' ').append(unit).append(value == 1 ? "" : "s");
        }
    }

    private static long hours(long micros) {
        return micros / (3_600 * MICROS_PER_SECOND);
    }

    private static long minutes(long micros) {
        return micros / (60 * MICROS_PER_SECOND) % 60;
    }

    private static String seconds(long micros) {
        BigDecimal value = BigDecimal.valueOf(micros % (60 * MICROS_PER_SECOND), 6);
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
