package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What can be read in the books: the same names, columns and types in every store.
 *
 * <p>Threading: immutable.
 */
final class BookTables {
    /** What comes of events as they are, without the work of completion or sums. */
    static final List<BookTable> OF_EVENTS = ofEvents();

    static final List<BookTable> ALL =
            Stream.of(OF_EVENTS, ofCalls(), AnalyticsTables.ALL, TraceTables.SUMS)
                    .flatMap(List::stream)
                    .toList();

    private BookTables() {}

    private static List<BookTable> ofEvents() {
        List<BookTable> own =
                List.of(
                        new BookTable("unified_logs", columns(LogColumn.values())),
                        new BookTable("all_data", columns(LogColumn.values())),
                        new BookTable("sql_query_log", columns(StatementColumn.values())),
                        sessionState(),
                        cascadeSessions(),
                        uncosted(),
                        estimates(),
                        new BookTable("ai_fallback_events", columns(FallbackColumn.values())));
        return Stream.concat(own.stream(), TraceTables.SPANS.stream()).toList();
    }

    private static List<BookTable> ofCalls() {
        return List.of(
                callParts(),
                calls("calls_complete", true),
                calls("calls_merged", true),
                calls("calls", false),
                backfillProgress(),
                completion());
    }

    static BookTable table(String name) {
        return ALL.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no such table in the books: " + name));
    }

    /**
     * @throws IllegalArgumentException if there is no such table or column
     */
    static List<BookColumn> columns(String tableName, List<String> names) {
        BookTable table = table(tableName);
        return names.stream().map(name -> column(table, name)).toList();
    }

    private static BookColumn column(BookTable table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no column " + name + " in " + table.name()));
    }

    /** A condition that leaves only rows whose caller is a statement of the user bound to it. */
    static String ownRows(String tableName) {
        if (AnalyticsTables.has(tableName)) {
            return " WHERE user_name = ?";
        }
        return switch (tableName) {
            case "sql_query_log" -> " WHERE user_name = ?";
            case "ai_fallback_events" -> " WHERE user_id = ?";
            // Of all callers together, so of nobody's own.
            case "backfill_progress", "completion" -> " WHERE ?::VARCHAR IS NULL";
            default ->
                    " WHERE caller_id IN"
                            + " (SELECT q.caller_id FROM sql_query_log q WHERE q.user_name = ?)";
        };
    }

    private static BookTable sessionState() {
        return new BookTable(
                "session_state",
                columns(
                        SessionColumn.SESSION_ID,
                        SessionColumn.CASCADE_ID,
                        SessionColumn.PARENT_SESSION_ID,
                        SessionColumn.CALLER_ID,
                        SessionColumn.INVOCATION_METADATA_JSON,
                        SessionColumn.STATUS,
                        SessionColumn.CURRENT_CELL,
                        SessionColumn.STARTED_AT,
                        SessionColumn.UPDATED_AT,
                        SessionColumn.COMPLETED_AT,
                        SessionColumn.ERROR_MESSAGE,
                        SessionColumn.DEPTH,
                        SessionColumn.SOURCE_ROW_INDEX,
                        SessionColumn.INPUT_HASH));
    }

    private static BookTable cascadeSessions() {
        return new Columns()
                .add(TEXT, "session_id", "cascade_id", "cascade_definition", "input_data")
                .add(TEXT, "output", "config_path")
                .add(TIMESTAMPTZ, "created_at")
                .add(TEXT, "caller_id", "invocation_metadata_json", "parent_session_id")
                .add(INTEGER, "depth")
                .table("cascade_sessions");
    }

    private static BookTable uncosted() {
        return new Columns()
                .add(TEXT, "request_id", "session_id", "caller_id", "cascade_id", "cell_name")
                .add(INTEGER, "attempt_number", "turn_number")
                .add(TEXT, "model_requested", "provider")
                .add(TIMESTAMPTZ, "ended_at")
                .add(BIGINT, "duration_ms")
                .add(TEXT, "error_json")
                .table("uncosted");
    }

    private static BookTable estimates() {
        return new Columns()
                .add(TEXT, "caller_id", "kind", "query")
                .add(TIMESTAMPTZ, "estimated_at")
                .add(BIGINT, "sampled_inputs", "rows_input", "distinct_inputs")
                .add(BIGINT, "cache_hits", "calls_min", "calls_max", "prompt_tokens")
                .add(BOOLEAN, "prompt_tokens_exact")
                .add(MONEY, "cost_estimate", "cost_low", "cost_high", "cost_max")
                .add(BIGINT, "duration_ms")
                .add(TEXT, "status")
                .add(BIGINT, "actual_rows", "actual_calls", "actual_tokens_in")
                .add(BIGINT, "actual_tokens_out")
                .add(MONEY, "actual_cost")
                .add(BIGINT, "actual_duration_ms")
                .open("estimates");
    }

    private static BookTable callParts() {
        return new Columns()
                .add(TEXT, "id", "part")
                .add(TIMESTAMPTZ, "recorded_at")
                .add(TEXT, "caller_id", "session_id", "project_id", "cascade_id", "cell_name")
                .add(INTEGER, "attempt_number", "turn_number")
                .add(TEXT, "model_requested", "model", "provider", "status")
                .add(BIGINT, "duration_ms", "tokens_in", "tokens_out")
                .add(MONEY, "cost")
                .add(TEXT, "exception")
                .table("call_parts");
    }

    /** {@code reserved}: {@code calls} alone is not; it is an ordinary word. */
    private static BookTable calls(String name, boolean reserved) {
        Columns columns =
                new Columns()
                        .add(TEXT, "id", "caller_id", "session_id", "project_id", "cascade_id")
                        .add(TEXT, "cell_name")
                        .add(INTEGER, "attempt_number", "turn_number")
                        .add(TEXT, "model_requested", "model", "provider")
                        .add(TIMESTAMPTZ, "started_at", "ended_at")
                        .add(BIGINT, "duration_ms", "tokens_in", "tokens_out")
                        .add(MONEY, "cost")
                        .add(TEXT, "status", "exception", "completion_source")
                        .add(TIMESTAMPTZ, "created_at");
        return reserved ? columns.table(name) : columns.open(name);
    }

    private static BookTable backfillProgress() {
        return new Columns()
                .add(TEXT, "batch_date", "status")
                .add(BIGINT, "processed_count", "error_count")
                .add(TIMESTAMPTZ, "updated_at")
                .table("backfill_progress");
    }

    private static BookTable completion() {
        return new Columns()
                .add(BIGINT, "depth", "open_starts", "open_ends", "lag_ms", "matched")
                .add(BIGINT, "realtime", "backfilled", "duplicates", "late")
                .add(BIGINT, "starts_without_end", "ends_without_start")
                .add(MONEY, "match_rate")
                .add(BIGINT, "latency_ms", "steps", "step_ms", "errors")
                .add(TIMESTAMPTZ, "updated_at")
                .open("completion");
    }

    private static List<BookColumn> columns(Column... columns) {
        return Arrays.stream(columns).map(Column::bookColumn).toList();
    }

    static final class Columns {
        private final List<BookColumn> columns = new ArrayList<>();

        Columns add(BookType type, String... names) {
            for (String name : names) {
                columns.add(new BookColumn(name, type));
            }
            return this;
        }

        BookTable table(String name) {
            return new BookTable(name, columns);
        }

        /** With an ordinary name, which clients may well use for tables of their own. */
        BookTable open(String name) {
            return new BookTable(name, columns, false);
        }
    }
}
