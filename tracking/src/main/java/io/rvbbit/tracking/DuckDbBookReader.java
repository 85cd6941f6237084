package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads the books from DuckDB, each scan on a connection and a snapshot of its own.
 *
 * <p>A table with text that is kept once for many rows (a caller's metadata, a cascade's
 * definition) is joined only if a column asks for it; such a scan may give its rows in any order.
 * Threading: any thread.
 */
final class DuckDbBookReader implements StoreReader {
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

    private static final BookConditions.Literals LITERALS =
            new BookConditions.Literals() {
                @Override
                public String text(String value) {
                    return "'" + value.replace("'", "''") + "'";
                }

                @Override
                public String money(String value) {
                    return "'" + value + "'::DECIMAL(18, 12)";
                }
            };

    private final DuckDbFile file;
    private final CallRouter calls;

    DuckDbBookReader(DuckDbFile file, CallRouter calls) {
        this.file = file;
        this.calls = calls;
    }

    @Override
    public List<BookTable> tables() {
        return BookTables.ALL;
    }

    @Override
    public Scan scan(
            String name,
            List<String> columns,
            @Nullable String userName,
            List<Condition> conditions) {
        DuckDbColumns wanted = DuckDbColumns.of(name, BookTables.columns(name, columns));
        boolean routed = calls.isCaughtUp(name) && name.equals("calls");
        boolean joins =
                columns.stream().anyMatch(JOINED::contains)
                        || conditions.stream().map(Condition::column).anyMatch(JOINED::contains);
        DuckDBConnection connection = connect();
        String bare = WITH_JOINS.contains(name) ? name + "_bare" : name;
        String whole = name;
        if (routed) {
            bare = route(connection);
            whole = DuckDbCallDays.withProject(bare);
        }
        String condition =
                (userName == null ? "" : BookTables.ownRows(name))
                        + BookConditions.sql(name, conditions, userName != null, LITERALS);
        if (DuckDbCallerPlaces.narrows(name, conditions)) {
            condition += range(connection, conditions);
        }
        String count = "SELECT count(*) FROM " + (joins ? whole : bare) + condition;
        String select =
                "SELECT " + wanted.expressions() + " FROM " + (joins ? whole : bare) + condition;
        return DuckDbScan.open(file, connection, count, select, userName, wanted);
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
            return calls.source(new DuckDbCallDays(connection)).orElse("calls_bare");
        } catch (SQLException e) {
            file.release(connection);
            throw unavailable(e);
        }
    }

    /** As {@link #route}. */
    private String range(DuckDBConnection connection, List<Condition> conditions) {
        try {
            connection.setAutoCommit(false);
            return DuckDbCallerPlaces.range(connection, conditions, LITERALS);
        } catch (SQLException e) {
            file.release(connection);
            throw unavailable(e);
        }
    }

    @Override
    public List<CallStatistics> statistics(String cascadeId) {
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

    @Override
    public void spending(Instant since, SpendingReader reader) {
        try {
            DuckDBConnection connection = file.connect();
            try {
                new DuckDbSpending(connection).read(since, reader);
            } finally {
                file.release(connection);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static BooksUnavailable unavailable(SQLException e) {
        return new BooksUnavailable("cannot read the books: " + DuckDbFile.firstLine(e), e);
    }
}
