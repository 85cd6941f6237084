package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of one session: PostgreSQL's own that clients touch, and {@code rvbbit.*}.
 *
 * <p>Changes inside a transaction are undone by its ROLLBACK, as in PostgreSQL. Threading: the
 * session's thread only.
 */
public final class Settings {
    /** Names whose change is told by ParameterStatus, in PostgreSQL's spelling. */
    public static final List<String> REPORTED =
            List.of(
                    "application_name",
                    "client_encoding",
                    "DateStyle",
                    "default_transaction_read_only",
                    "in_hot_standby",
                    "integer_datetimes",
                    "IntervalStyle",
                    "is_superuser",
                    "server_encoding",
                    "server_version",
                    "session_authorization",
                    "standard_conforming_strings",
                    "TimeZone");

    public static final String SERVER_VERSION = "15.0 (RVBBIT)";

    private static final Pattern MILLISECONDS =
            Pattern.compile("(\\d{1,10})\\s*(us|ms|s|min|h|d)?");
    private static final List<String> READ_ONLY =
            List.of(
                    "in_hot_standby",
                    "integer_datetimes",
                    "is_superuser",
                    "max_identifier_length",
                    "rvbbit.last_caller_id",
                    "server_encoding",
                    "server_version",
                    "server_version_num",
                    "session_authorization",
                    "transaction_isolation");
    private static final List<String> INTERVAL_STYLES =
            List.of("postgres", "postgres_verbose", "sql_standard", "iso_8601");
    private static final List<String> MESSAGE_LEVELS =
            List.of(
                    "debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning",
                    "error");

    private final Map<String, String> defaults = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private Map<String, String> beforeTransaction = Map.of();
    private boolean inTransaction;

    public Settings(String user, int parallel) {
        define("application_name", "");
        define("bytea_output", "hex");
        define("client_encoding", "UTF8");
        define("client_min_messages", "notice");
        define("DateStyle", "ISO, MDY");
        define("default_transaction_isolation", "read committed");
        define("default_transaction_read_only", "off");
        define("extra_float_digits", "1");
        define("idle_in_transaction_session_timeout", "0");
        define("in_hot_standby", "off");
        define("integer_datetimes", "on");
        define("IntervalStyle", "postgres");
        define("is_superuser", "off");
        define("lock_timeout", "0");
        define("max_identifier_length", "63");
        define("search_path", "\"$user\", public");
        define("server_encoding", "UTF8");
        define("server_version", SERVER_VERSION);
        define("server_version_num", "150000");
        define("session_authorization", user);
        define("standard_conforming_strings", "on");
        define("statement_timeout", "0");
        define("TimeZone", "UTC");
        define("transaction_isolation", "repeatable read");
        define("transaction_read_only", "off");
        define("rvbbit.dialect", "postgresql");
        define("rvbbit.last_caller_id", "");
        define("rvbbit.model", "");
        define("rvbbit.notices", "on");
        define("rvbbit.on_error", "");
        define("rvbbit.parallel", Integer.toString(parallel));
        values.putAll(defaults);
    }

    private void define(String name, String value) {
        defaults.put(name, value);
    }

    /** Every name with its value, in alphabetical order. */
    public Map<String, String> all() {
        return new TreeMap<>(values);
    }

    public String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw unknown(name);
        }
        return value;
    }

    /** The name as PostgreSQL spells it, or empty if it isn't known here. */
    public Optional<String> canonical(String name) {
        return defaults.keySet().stream().filter(known -> known.equalsIgnoreCase(name)).findFirst();
    }

    /**
     * Changes a setting for the session.
     *
     * @throws SqlException 42704 unknown, 22023 wrong value or read-only
     */
    public void set(String name, String value) {
        String known = changeable(name);
        remember();
        values.put(known, checked(known, value));
    }

    /** What the server itself knows, such as the last caller. */
    public void assign(String name, String value) {
        values.put(name, value);
        // Without a SET in this transaction there is nothing to go back to, and the first one
        // remembers this value too.
        if (!beforeTransaction.isEmpty()) {
            Map<String, String> before = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            before.putAll(beforeTransaction);
            before.put(name, value);
            beforeTransaction = before;
        }
    }

    /** What a RESET goes back to: also changed by the startup packet. */
    public void setDefault(String name, String value) {
        String known = changeable(name);
        String checked = checked(known, value);
        defaults.put(known, checked);
        values.put(known, checked);
    }

    private String changeable(String name) {
        String known = canonical(name).orElseThrow(() -> unknown(name));
        if (READ_ONLY.contains(known)) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "parameter \"" + known + "\" cannot be changed");
        }
        return known;
    }

    public void reset(String name) {
        String known = canonical(name).orElseThrow(() -> unknown(name));
        remember();
        values.put(known, Optional.ofNullable(defaults.get(known)).orElse(""));
    }

    public void resetAll() {
        remember();
        for (Map.Entry<String, String> entry : defaults.entrySet()) {
            if (!READ_ONLY.contains(entry.getKey())) {
                values.put(entry.getKey(), entry.getValue());
            }
        }
    }

    public void beginTransaction() {
        inTransaction = true;
        beforeTransaction = Map.of();
    }

    public void endTransaction(boolean rolledBack) {
        if (rolledBack && !beforeTransaction.isEmpty()) {
            values.putAll(beforeTransaction);
        }
        inTransaction = false;
        beforeTransaction = Map.of();
    }

    private void remember() {
        if (inTransaction && beforeTransaction.isEmpty()) {
            beforeTransaction = all();
        }
    }

    public boolean isOn(String name) {
        return get(name).equals("on");
    }

    public int parallel() {
        return Integer.parseInt(get("rvbbit.parallel"));
    }

    /** How long a statement may run; zero is for ever. */
    public Duration statementTimeout() {
        return Duration.ofMillis(milliseconds("statement_timeout", get("statement_timeout")));
    }

    public ZoneId timeZone() {
        return zone(get("TimeZone"));
    }

    /** Whether {@code client_min_messages} lets a message of this severity through. */
    public boolean shows(Notices.Severity severity) {
        int least = MESSAGE_LEVELS.indexOf(get("client_min_messages"));
        return switch (severity) {
            case INFO -> true;
            case DEBUG -> least <= MESSAGE_LEVELS.indexOf("debug1");
            case LOG -> least <= MESSAGE_LEVELS.indexOf("log");
            case NOTICE -> least <= MESSAGE_LEVELS.indexOf("notice");
            case WARNING -> least <= MESSAGE_LEVELS.indexOf("warning");
        };
    }

    private static String checked(String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "client_encoding" -> {
                String plain = value.replace("-", "").replace("_", "").toUpperCase(Locale.ROOT);
                if (!plain.equals("UTF8") && !plain.equals("UNICODE")) {
                    throw wrong(name, value, "UTF8");
                }
                yield "UTF8";
            }
            case "timezone" -> {
                ZoneId zone = zone(value);
                yield value.equalsIgnoreCase("default") ? "UTC" : zone.getId();
            }
            case "client_min_messages" -> oneOf(name, value, MESSAGE_LEVELS);
            case "rvbbit.notices", "default_transaction_read_only", "transaction_read_only" ->
                    bool(name, value);
            case "rvbbit.dialect" -> oneOf(name, value, List.of("postgresql", "duckdb"));
            case "rvbbit.on_error" -> oneOf(name, value, List.of("null", "fail", "column", ""));
            case "rvbbit.parallel" -> Long.toString(whole(name, value, 1, 10_000));
            case "extra_float_digits" -> Long.toString(whole(name, value, -15, 3));
            case "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout" -> {
                long milliseconds = milliseconds(name, value);
                yield milliseconds == 0 ? "0" : shown(milliseconds);
            }
            case "datestyle" -> {
                String style = value.toLowerCase(Locale.ROOT);
                boolean monthFirst = !style.contains("dmy") && !style.contains("ymd");
                if (!style.contains("iso") || !monthFirst) {
                    throw wrong(name, value, "ISO, MDY");
                }
                yield "ISO, MDY";
            }
            case "intervalstyle" -> oneOf(name, value, INTERVAL_STYLES);
            case "bytea_output" -> oneOf(name, value, List.of("hex"));
            case "standard_conforming_strings" -> {
                if (!bool(name, value).equals("on")) {
                    throw wrong(name, value, "on");
                }
                yield "on";
            }
            default -> value;
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

    private static long milliseconds(String name, String value) {
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

    private static String bool(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1", "t", "y" -> "on";
            case "off", "false", "no", "0", "f", "n" -> "off";
            default -> throw wrong(name, value, "on or off");
        };
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

    private static ZoneId zone(String value) {
        try {
            return value.equalsIgnoreCase("default") ? ZoneId.of("UTC") : ZoneId.of(value);
        } catch (DateTimeException e) {
            return ZoneId.getAvailableZoneIds().stream()
                    .filter(known -> known.equalsIgnoreCase(value))
                    .findFirst()
                    .map(ZoneId::of)
                    .orElseThrow(
                            () -> wrong("TimeZone", value, "a zone such as Europe/Berlin or UTC"));
        }
    }

    private static SqlException wrong(String name, String value, String expected) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid value for parameter \"" + name + "\": \"" + value + "\"")
                .hint("expected " + expected);
    }

    private SqlException unknown(String name) {
        SqlException unknown =
                new SqlException(
                        SqlState.UNDEFINED_OBJECT,
                        "unrecognized configuration parameter \"" + name + "\"");
        return NearestName.of(name, defaults.keySet())
                .map(nearest -> unknown.hint("did you mean \"" + nearest + "\"?"))
                .orElse(unknown);
    }
}
