package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.TraceContext;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which values a setting takes, and how each is spelled. Threading: stateless. */
final class SettingValues {
    static final List<String> MESSAGE_LEVELS =
            List.of(
                    "debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning",
                    "error");
    private static final Pattern MILLISECONDS =
            Pattern.compile("(\\d{1,10})\\s*(us|ms|s|min|h|d)?");

    /** Notices more often than that would tell nothing new. */
    private static final long LEAST_INTERVAL_MILLISECONDS = 100;

    private static final List<String> ISOLATION =
            List.of("read uncommitted", "read committed", "repeatable read", "serializable");

    private static final List<String> INTERVAL_STYLES =
            List.of("postgres", "postgres_verbose", "sql_standard", "iso_8601");

    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(9_000_000);

    private SettingValues() {}

    /**
     * The value in the one spelling in which it is kept.
     *
     * @throws SqlException 22023
     */
    static String checked(String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "client_encoding" -> {
                // Only letters and digits count: asyncpg sends 'utf-8' with its quotes.
                String plain = value.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
                if (!plain.equals("UTF8") && !plain.equals("UNICODE")) {
                    throw wrong(name, value, "UTF8");
                }
                yield "UTF8";
            }
            case "timezone" -> {
                yield zone(value).shown();
            }
            case "client_min_messages" -> oneOf(name, value, MESSAGE_LEVELS);
            case FallbackSettings.SWITCH,
                    "rvbbit.notices",
                    "rvbbit.progress",
                    "rvbbit.streaming",
                    "default_transaction_read_only",
                    "default_transaction_deferrable" ->
                    bool(name, value);
            case "default_transaction_isolation" -> oneOf(name, value, ISOLATION);
            case "rvbbit.on_error" -> oneOf(name, value, List.of("null", "fail", "column", ""));
            case "rvbbit.cache", FallbackSettings.CACHE -> cache(name, value);
            case Settings.BUDGET, Settings.SESSION_BUDGET, FallbackSettings.MAX_COST ->
                    dollars(name, value);
            case FallbackSettings.TIMEOUT -> {
                long milliseconds = milliseconds(name, value);
                if (milliseconds == 0) {
                    throw wrong(name, value, "1ms or more");
                }
                yield shown(milliseconds);
            }
            case Settings.ROWS_WAITING ->
                    value.isEmpty() ? "" : Long.toString(whole(name, value, 1, 100_000));
            case "rvbbit.parallel" -> Long.toString(whole(name, value, 1, 10_000));
            case Tracing.TRACEPARENT -> {
                if (!value.isEmpty() && !TraceContext.isTraceparent(value)) {
                    throw wrong(name, value, "what W3C calls traceparent, or nothing");
                }
                yield value;
            }
            case "extra_float_digits" -> Long.toString(whole(name, value, -15, 3));
            case "statement_timeout",
                    "lock_timeout",
                    "idle_in_transaction_session_timeout",
                    "idle_session_timeout" -> {
                long milliseconds = milliseconds(name, value);
                yield milliseconds == 0 ? "0" : shown(milliseconds);
            }
            case "rvbbit.progress_interval" -> {
                long milliseconds = milliseconds(name, value);
                if (milliseconds < LEAST_INTERVAL_MILLISECONDS) {
                    throw wrong(name, value, LEAST_INTERVAL_MILLISECONDS + "ms or more");
                }
                yield shown(milliseconds);
            }
            case "intervalstyle" -> oneOf(name, value, INTERVAL_STYLES);
            case "rvbbit.dialect" -> oneOf(name, value, List.of("postgresql", "duckdb"));
            case "bytea_output" -> oneOf(name, value, List.of("hex", "escape"));
            case "standard_conforming_strings" -> {
                if (!bool(name, value).equals("on")) {
                    throw wrong(name, value, "on");
                }
                yield "on";
            }
            default -> value;
        };
    }

    private static String cache(String name, String value) {
        return switch (CachePolicy.named(value)
                .orElseThrow(() -> wrong(name, value, "true, false, only or an age like 30m"))) {
            case CachePolicy.On _ -> "true";
            case CachePolicy.Off _ -> "false";
            case CachePolicy.Only _ -> "only";
            case CachePolicy.MaxAge _ -> value.strip().toLowerCase(Locale.ROOT);
        };
    }

    private static String shown(long milliseconds) {
        if (milliseconds % 3_600_000 == 0) {
            return milliseconds / 3_600_000 + "h";
        }
        if (milliseconds % 60_000 == 0) {
            return milliseconds / 60_000 + "min";
        }
        return milliseconds % 1_000 == 0 ? milliseconds / 1_000 + "s" : milliseconds + "ms";
    }

    static long milliseconds(String name, String value) {
        Matcher matcher = MILLISECONDS.matcher(value.strip());
        if (!matcher.matches()) {
            throw wrong(name, value, "a time such as 500ms or 30s");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = Optional.ofNullable(matcher.group(2)).orElse("ms");
        long milliseconds =
                switch (unit) {
                    case "us" -> amount / 1_000;
                    case "s" -> amount * 1_000;
                    case "min" -> amount * 60_000;
                    case "h" -> amount * 3_600_000;
                    case "d" -> amount * 86_400_000;
                    default -> amount;
                };
        if (milliseconds > Integer.MAX_VALUE) {
            throw wrong(name, value, "at most " + Integer.MAX_VALUE + "ms");
        }
        return milliseconds;
    }

    static String bool(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1", "t", "y" -> "on";
            case "off", "false", "no", "0", "f", "n" -> "off";
            default -> throw wrong(name, value, "on or off");
        };
    }

    /** Empty for none. */
    private static String dollars(String name, String value) {
        String stripped = value.strip();
        if (stripped.isEmpty()) {
            return "";
        }
        if (stripped.matches("\\d{1,7}(\\.\\d{0,12})?|\\.\\d{1,12}")) {
            BigDecimal dollars = new BigDecimal(stripped);
            if (dollars.compareTo(MOST_DOLLARS) <= 0) {
                return dollars.toPlainString();
            }
        }
        throw wrong(name, value, "US dollars from 0 to " + MOST_DOLLARS);
    }

    private static long whole(String name, String value, long least, long most) {
        if (value.matches("-?\\d{1,9}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw wrong(name, value, "a whole number from " + least + " to " + most);
    }

    private static String oneOf(String name, String value, List<String> allowed) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (!allowed.contains(lower)) {
            throw wrong(name, value, String.join(", ", new ArrayList<>(allowed)));
        }
        return lower;
    }

    static ZoneName zone(String value) {
        boolean unsaid = value.equalsIgnoreCase("default") || value.equalsIgnoreCase("local");
        return ZoneName.of(unsaid ? "UTC" : value)
                .orElseThrow(() -> wrong("TimeZone", value, "a zone such as Europe/Berlin or UTC"));
    }

    private static SqlException wrong(String name, String value, String expected) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid value for parameter \"" + name + "\": \"" + value + "\"")
                .hint("expected " + expected);
    }
}
