package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.PgCatalog;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.RowWindow;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    static final String BUDGET = "rvbbit.budget_dollars";
    static final String ROWS_WAITING = "rvbbit.rows_waiting";
    static final String SESSION_BUDGET = "rvbbit.session_budget_dollars";

    /** Which SET the session's budget comes from; nothing that clients see. */
    private static final String SESSION_BUDGET_BEGUN = "rvbbit.session_budget_begun";

    public static final String SERVER_VERSION = PgCatalog.SERVER_VERSION + " (RVBBIT)";

    private static final List<String> READ_ONLY =
            List.of(
                    "in_hot_standby",
                    "integer_datetimes",
                    "is_superuser",
                    "max_identifier_length",
                    "password_encryption",
                    "rvbbit.last_caller_id",
                    SESSION_BUDGET_BEGUN,
                    "server_encoding",
                    "server_version",
                    "server_version_num",
                    "session_authorization");

    private static final Pattern OWN_NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z_][A-Za-z0-9_$]*)+");

    private final Map<String, String> defaults = names();
    private final Map<String, String> told = names();
    private final Map<String, String> values = names();
    private final Map<String, String> lasting = names();
    private @Nullable Snapshot before;
    private @Nullable ParsedSettings parsed;
    private boolean inTransaction;
    private long version;
    private long sessionBudgets;

    /** Values at one moment: those that count, and those that COMMIT would leave. */
    record Snapshot(Map<String, String> values, Map<String, String> lasting) {
        Snapshot {
            values = Map.copyOf(values);
            lasting = Map.copyOf(lasting);
        }
    }

    public Settings(String user, int parallel) {
        define("application_name", "");
        define("bytea_output", "hex");
        define("client_encoding", "UTF8");
        define("client_min_messages", "notice");
        define("DateStyle", "ISO, MDY");
        define("default_transaction_deferrable", "off");
        define("default_transaction_isolation", "read committed");
        define("default_transaction_read_only", "off");
        define("extra_float_digits", "1");
        define("idle_in_transaction_session_timeout", "0");
        define("idle_session_timeout", "0");
        define("in_hot_standby", "off");
        define("integer_datetimes", "on");
        define("IntervalStyle", "postgres");
        define("is_superuser", "off");
        define("lock_timeout", "0");
        define("max_identifier_length", "63");
        define("password_encryption", "scram-sha-256");
        define("search_path", "\"$user\", public");
        define("server_encoding", "UTF8");
        define("server_version", SERVER_VERSION);
        define("server_version_num", PgCatalog.SERVER_VERSION_NUMBER);
        define("session_authorization", user);
        define("standard_conforming_strings", "on");
        define("statement_timeout", "0");
        define("TimeZone", "UTC");
        InertSettings.DEFAULTS.forEach(this::define);
        FallbackSettings.DEFAULTS.forEach(this::define);
        define(BUDGET, "");
        define("rvbbit.cache", "true");
        define("rvbbit.dialect", "postgresql");
        define("rvbbit.model", "");
        define("rvbbit.notices", "on");
        define("rvbbit.on_error", "");
        define("rvbbit.parallel", Integer.toString(parallel));
        define("rvbbit.progress", "off");
        define("rvbbit.progress_interval", "5s");
        define(ROWS_WAITING, "");
        define(SESSION_BUDGET, "");
        define(SESSION_BUDGET_BEGUN, "");
        define("rvbbit.streaming", "on");
        define(Tracing.TRACEPARENT, "");
        told.put("rvbbit.last_caller_id", "");
        values.putAll(defaults);
        lasting.putAll(defaults);
    }

    private static Map<String, String> names() {
        return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }

    private void define(String name, String value) {
        defaults.put(name, value);
    }

    /** Every name with its value, in alphabetical order. */
    public Map<String, String> all() {
        Map<String, String> all = names();
        all.putAll(values);
        all.putAll(told);
        all.remove(SESSION_BUDGET_BEGUN);
        return all;
    }

    public String get(String name) {
        String value = told.containsKey(name) ? told.get(name) : values.get(name);
        if (value == null) {
            throw unknown(name);
        }
        return value;
    }

    /** The name as PostgreSQL spells it, or empty if it isn't known here. */
    public Optional<String> canonical(String name) {
        return all().keySet().stream().filter(known -> known.equalsIgnoreCase(name)).findFirst();
    }

    /**
     * Changes a setting for the session.
     *
     * @throws SqlException 42704 unknown, 22023 wrong value, 55P02 read-only
     */
    public void set(String name, String value) {
        String known = changeable(name);
        String checked = checked(known, value);
        remember();
        assign(known, checked, false);
    }

    /** Changes a setting until the transaction ends; without one, nothing would be left of it. */
    void setLocal(String name, String value) {
        String known = changeable(name);
        String checked = checked(known, value);
        remember();
        assign(known, checked, true);
    }

    private void assign(String known, String value, boolean local) {
        values.put(known, value);
        if (!local) {
            lasting.put(known, value);
        }
        if (known.equals(SESSION_BUDGET)) {
            sessionBudgets++;
            assign(SESSION_BUDGET_BEGUN, Long.toString(sessionBudgets), local);
        }
    }

    /** Tells one SET of the session's budget from another, also of the same amount. */
    String sessionBudgetBegun() {
        return get(SESSION_BUDGET_BEGUN);
    }

    /** What the server itself knows, such as the last caller; no ROLLBACK undoes it. */
    public void assign(String name, String value) {
        told.put(name, value);
        if (REPORTED.contains(name)) {
            version++;
        }
    }

    /** What a RESET goes back to: also changed by the startup packet. */
    public void setDefault(String name, String value) {
        String known = changeable(name);
        String checked = checked(known, value);
        version++;
        defaults.put(known, checked);
        assign(known, checked, false);
    }

    private String checked(String known, String value) {
        return known.equals("DateStyle")
                ? DateStyleWords.applied(get(known), defaults.getOrDefault(known, ""), value)
                : SettingValues.checked(known, value);
    }

    /** The name's own spelling; a dotted one may be anybody's. */
    private String changeable(String name) {
        String known = canonical(name).orElse(name);
        if (values.get(known) == null && !told.containsKey(known) && !isOwn(name)) {
            throw unknown(name);
        }
        if (READ_ONLY.contains(known)) {
            throw new SqlException(
                    SqlState.CANT_CHANGE_RUNTIME_PARAM,
                    "parameter \"" + known + "\" cannot be changed");
        }
        return known;
    }

    private static boolean isOwn(String name) {
        return OWN_NAME.matcher(name).matches()
                && !name.toLowerCase(Locale.ROOT).startsWith("rvbbit.");
    }

    public void reset(String name) {
        reset(name, false);
    }

    void reset(String name, boolean local) {
        String known = changeable(name);
        String value = Optional.ofNullable(defaults.get(known)).orElse("");
        remember();
        assign(known, value, local);
    }

    public void resetAll() {
        remember();
        for (String name : List.copyOf(values.keySet())) {
            if (!READ_ONLY.contains(name)) {
                String value = Optional.ofNullable(defaults.get(name)).orElse("");
                assign(name, value, false);
            }
        }
    }

    public void beginTransaction() {
        inTransaction = true;
        before = null;
    }

    public void endTransaction(boolean rolledBack) {
        Snapshot start = before;
        if (start != null) {
            restore(rolledBack ? start : new Snapshot(lasting, lasting));
        }
        inTransaction = false;
        before = null;
    }

    /** Whether a transaction is open whose ROLLBACK would bring earlier values back. */
    boolean canRollBack() {
        return inTransaction;
    }

    /** Changes with every change of a value that a client or a connection has to learn of. */
    public long version() {
        return version;
    }

    private void remember() {
        version++;
        if (inTransaction && before == null) {
            before = snapshot();
        }
    }

    Snapshot snapshot() {
        return new Snapshot(values, lasting);
    }

    void restore(Snapshot snapshot) {
        version++;
        values.clear();
        values.putAll(snapshot.values());
        lasting.clear();
        lasting.putAll(snapshot.lasting());
    }

    public boolean isOn(String name) {
        return get(name).equals("on");
    }

    /** What statements that say nothing take from others and give to them. */
    CachePolicy cache() {
        return CachePolicy.named(get("rvbbit.cache")).orElseThrow();
    }

    public int parallel() {
        return Integer.parseInt(get("rvbbit.parallel"));
    }

    /** How many answered rows of a streamed MAP may wait for those before them. */
    int rowsWaiting(int parallel) {
        String rows = get(ROWS_WAITING);
        return rows.isEmpty() ? RowWindow.rowsWaiting(parallel) : Integer.parseInt(rows);
    }

    /** How often a running statement tells how far it is. */
    Duration progressInterval() {
        String name = "rvbbit.progress_interval";
        return Duration.ofMillis(SettingValues.milliseconds(name, get(name)));
    }

    /** How long a statement may run; zero is for ever. */
    public Duration statementTimeout() {
        return parsed().statementTimeout();
    }

    /** How long a SERIALIZABLE transaction waits for its turn; zero is for ever. */
    Duration lockTimeout() {
        return parsed().lockTimeout();
    }

    /** How long the client may say nothing, in a transaction or outside one; zero is for ever. */
    public Duration idleTimeout(boolean transaction) {
        return transaction ? parsed().idleInTransactionTimeout() : parsed().idleSessionTimeout();
    }

    public ZoneId timeZone() {
        return parsed().zone().zone();
    }

    /** The time zone in the engine's words. */
    String engineTimeZone() {
        return parsed().zone().engineName();
    }

    private ParsedSettings parsed() {
        ParsedSettings known = parsed;
        if (known == null || known.version() != version) {
            known = ParsedSettings.of(this);
            parsed = known;
        }
        return known;
    }

    /** Whether {@code client_min_messages} lets a message of this severity through. */
    public boolean shows(Notices.Severity severity) {
        int least = SettingValues.MESSAGE_LEVELS.indexOf(get("client_min_messages"));
        return switch (severity) {
            case INFO -> true;
            case DEBUG -> least <= SettingValues.MESSAGE_LEVELS.indexOf("debug1");
            case LOG -> least <= SettingValues.MESSAGE_LEVELS.indexOf("log");
            case NOTICE -> least <= SettingValues.MESSAGE_LEVELS.indexOf("notice");
            case WARNING -> least <= SettingValues.MESSAGE_LEVELS.indexOf("warning");
        };
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
