package io.rvbbit.rewriter;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that belong to the gateway: its books, its functions, its schemas. */
final class ReservedNames {
    private static final Set<String> BOOKS =
            Set.of(
                    "unified_logs",
                    "session_state",
                    "session_state_log",
                    "cascade_sessions",
                    "sql_query_log",
                    "all_data",
                    "ai_fallback_events",
                    "trace_spans",
                    "trace_waterfall",
                    "trace_spans_health",
                    "calls_complete",
                    "call_parts",
                    "calls_merged",
                    "backfill_progress");
    private static final Set<String> SCHEMAS = Set.of("rvbbit", "examples");

    private ReservedNames() {}

    /** True for what only the gateway itself may ever write: {@code _rvbbit…}. */
    static boolean isHidden(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith("_rvbbit");
    }

    /** True if an object of that dotted name is, or would be, one of ours. */
    static boolean isReserved(List<String> parts) {
        if (parts.isEmpty()) {
            return false;
        }
        for (int i = 0; i < parts.size() - 1; i++) {
            if (isSchema(parts.get(i))) {
                return true;
            }
        }
        String last = parts.getLast().toLowerCase(Locale.ROOT);
        return BOOKS.contains(last) || last.startsWith("rvbbit") || isHidden(last);
    }

    static boolean isSchema(String name) {
        return SCHEMAS.contains(name.toLowerCase(Locale.ROOT));
    }
}
