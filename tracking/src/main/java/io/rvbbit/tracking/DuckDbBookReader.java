package io.rvbbit.tracking;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads the books from DuckDB, each scan on a connection and a snapshot of its own.
 *
 * <p>A table with text that is kept once for many rows (a caller's metadata, a cascade's
 * definition) is joined only if a column asks for it; such a scan may give its rows in any order.
 * Threading: any thread.
 */
final class DuckDbBookReader implements BookReader {
    /** Columns that have to be joined. */
    private static final Set<String> JOINED =
            Set.of("invocation_metadata_json", "cascade_definition", "project_id");

    private static final Set<String> WITH_JOINS =
            Set.of(
                    "unified_logs",
                    "all_data",
                    "session_state",
                    "cascade_sessions",
                    "call_parts",
                    "calls_complete",
                    "calls_merged",
                    "calls");

    private final DuckDbFile file;
    private final EventLog log;
    private final Duration patience;
    private final CallRouter calls;

    /** {@code patience}: how long a scan waits for a store that makes no progress. */
    DuckDbBookReader(DuckDbFile file, EventLog log, Duration patience, CallRouter calls) {
        this.file = file;
        this.log = log;
        this.patience = patience;
        this.calls = calls;
    }

    @Override
    public List<BookTable> tables() {
        return BookTables.ALL;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        return open(table, columns, null);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        return open(table, columns, userName);
    }

    private Scan open(String name, List<String> columns, @Nullable String userName) {
        BookTable table = BookTables.table(name);
        List<BookColumn> wanted = columns.stream().map(column -> column(table, column)).toList();
        awaitStored();
        boolean routed = calls.isCaughtUp(name) && name.equals("calls");
        boolean joins = columns.stream().anyMatch(JOINED::contains);
        DuckDBConnection connection = connect();
        String bare = WITH_JOINS.contains(name) ? name + "_bare" : name;
        String whole = name;
        if (routed) {
            bare = route(connection);
            whole = CallRouter.withProject(bare);
        }
        String condition = userName == null ? "" : condition(name);
        String count = "SELECT count(*) FROM " + bare + condition;
        String values =
                wanted.stream().map(DuckDbValues::expression).collect(Collectors.joining(", "));
        String select =
                "SELECT "
                        + (wanted.isEmpty() ? "1" : values)
                        + " FROM "
                        + (joins ? whole : bare)
                        + condition;
        List<BookType> types = wanted.stream().map(BookColumn::type).toList();
        return DuckDbScan.open(file, connection, count, select, userName, types);
    }

    private DuckDBConnection connect() {
        try {
            return file.connect();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /** In the transaction that the scan goes on with: both see the same books. */
    private String route(DuckDBConnection connection) {
        try {
            connection.setAutoCommit(false);
            return calls.source(connection);
        } catch (SQLException e) {
            file.release(connection);
            throw unavailable(e);
        }
    }

    private static BooksUnavailable unavailable(SQLException e) {
        return new BooksUnavailable("cannot read the books: " + DuckDbFile.firstLine(e), e);
    }

    /** What the calls of a cascade have taken, over all that was recorded before this call. */
    List<CallStatistics> statistics(String cascadeId) {
        awaitStored();
        try {
            DuckDBConnection connection = file.connect();
            try {
                return DuckDbStatistics.read(connection, cascadeId);
            } finally {
                file.release(connection);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static BookColumn column(BookTable table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no column " + name + " in " + table.name()));
    }

    /** Leaves only rows whose caller is a statement of the user who is bound to {@code ?}. */
    private static String condition(String table) {
        if (AnalyticsTables.has(table)) {
            return " WHERE user_name = ?";
        }
        return switch (table) {
            case "sql_query_log" -> " WHERE user_name = ?";
            case "ai_fallback_events" -> " WHERE user_id = ?";
            // Of all callers together, so of nobody's own.
            case "backfill_progress", "completion" -> " WHERE ?::VARCHAR IS NULL";
            default ->
                    " WHERE caller_id IN"
                            + " (SELECT q.caller_id FROM sql_query_log q WHERE q.user_name = ?)";
        };
    }

    private void awaitStored() {
        try {
            if (!log.awaitStored(patience)) {
                throw new BooksUnavailable(
                        "the books are behind: "
                                + log.state().pending()
                                + " events are waiting, and none was stored for "
                                + patience.toMillis()
                                + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BooksUnavailable("interrupted while waiting for the books", e);
        }
    }
}
