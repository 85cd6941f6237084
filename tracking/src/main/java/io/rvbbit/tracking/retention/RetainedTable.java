package io.rvbbit.tracking.retention;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is kept for a time of its own. The defaults are those of RULINGS A7. */
public enum RetainedTable {
    /**
     * Rows of {@code unified_logs}, {@code all_data} and {@code call_parts}, which are the same.
     */
    UNIFIED_LOGS(0),

    /** Of these, what was sent to a model and what came back; the rows stay. */
    BODIES(90),

    /** Rows of {@code session_state} and {@code cascade_sessions}, which are the same. */
    SESSION_STATE(0),
    SQL_QUERY_LOG(0),
    CALLS_COMPLETE(0),
    ESTIMATES(0),
    AI_FALLBACK_EVENTS(0),
    TRACE_SPANS(30);

    private final int defaultDays;

    RetainedTable(int defaultDays) {
        this.defaultDays = defaultDays;
    }

    /** What it is called in SQL and, with hyphens, in the configuration. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** 0 for ever. */
    public int defaultDays() {
        return defaultDays;
    }

    public static Optional<RetainedTable> named(String tableName) {
        return Arrays.stream(values())
                .filter(table -> table.tableName().equals(tableName))
                .findFirst();
    }
}
