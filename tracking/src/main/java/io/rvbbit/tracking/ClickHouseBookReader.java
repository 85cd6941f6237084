package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the books from ClickHouse, each time on a connection of its own.
 *
 * <p>Threading: any thread.
 */
final class ClickHouseBookReader implements StoreReader {
    private static final String CALLS =
            """
            SELECT cell_name, provider, model_requested, count(),
                ifNull(avg(attempt_tokens_in), 0), ifNull(avg(attempt_tokens_out), 0),
                if(count() > 1, ifNull(stddevSamp(attempt_tokens_out), 0), 0),
                count(attempt_cost), ifNull(avg(toFloat64(attempt_cost)), 0),
                if(count(attempt_cost) > 1, ifNull(stddevSamp(toFloat64(attempt_cost)), 0), 0),
                ifNull(avg(duration_ms), 0)
            FROM unified_logs
            WHERE event_type = 'turn_complete' AND cascade_id = ? AND attempt_tokens_out IS NOT NULL
            GROUP BY cell_name, provider, model_requested\
            """;

    private static final String USERS =
            """
            (SELECT caller_id, user_name FROM sql_query_log WHERE caller_id IN
                (SELECT caller_id FROM unified_logs
                WHERE timestamp >= fromUnixTimestamp64Micro(?, 'UTC')))\
            """;

    private static final String SPENT =
            """
            SELECT q.user_name, sum(e.cost)
            FROM (SELECT caller_id, sum(attempt_cost) AS cost FROM unified_logs
                WHERE timestamp >= fromUnixTimestamp64Micro(?, 'UTC') AND attempt_cost > 0
                GROUP BY caller_id) AS e
            LEFT ANY JOIN %s AS q ON q.caller_id = e.caller_id
            GROUP BY q.user_name\
            """
                    .formatted(USERS);

    /** An attempt that the endpoint has not taken up says so in its error. */
    private static final String UNCOSTED =
            """
            SELECT q.user_name, s.provider, s.model_requested, s.body, s.sent_at
            FROM (SELECT caller_id, session_id, request_id FROM unified_logs
                WHERE timestamp >= fromUnixTimestamp64Micro(?, 'UTC')
                    AND event_type IN ('turn_complete', 'turn_error') AND attempt_cost IS NULL
                    AND JSONExtractRaw(error_json, 'billed') NOT IN ('false', '"false"')) AS e
            JOIN (SELECT session_id, request_id, provider, model_requested,
                    full_request_json AS body, toUnixTimestamp64Micro(timestamp) AS sent_at
                FROM unified_logs
                WHERE timestamp >= fromUnixTimestamp64Micro(?, 'UTC')
                    AND event_type = 'turn_start') AS s
                ON s.session_id = e.session_id AND s.request_id = e.request_id
            LEFT ANY JOIN %s AS q ON q.caller_id = e.caller_id\
            """
                    .formatted(USERS);

    private static final BookConditions.Literals LITERALS =
            new BookConditions.Literals() {
                @Override
                public String text(String value) {
                    return ClickHouse.quoted(value);
                }

                @Override
                public String money(String value) {
                    return "toDecimal64('" + value + "', 12)";
                }
            };

    /** Tables whose rows never change. */
    private static final Set<String> APPENDED =
            Set.of("unified_logs", "all_data", "call_parts", "ai_fallback_events", "trace_spans");

    /** Of the others, columns that never change. */
    private static final Set<String> IDENTITY =
            Set.of("id", "caller_id", "session_id", "user_name", "cascade_id");

    private final ClickHouse server;
    private final CallRouter calls;

    ClickHouseBookReader(ClickHouse server, CallRouter calls) {
        this.server = server;
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
        List<BookColumn> wanted = BookTables.columns(name, columns);
        String condition =
                (userName == null ? "" : BookTables.ownRows(name))
                        + BookConditions.sql(
                                name, lasting(name, conditions), userName != null, LITERALS);
        String values =
                wanted.stream().map(ClickHouseValues::expression).collect(Collectors.joining(", "));
        List<BookType> types = wanted.stream().map(BookColumn::type).toList();
        String from = source(name) + condition;
        return ClickHouseScan.open(
                connect(),
                "SELECT count() FROM " + from,
                "SELECT " + (values.isEmpty() ? "1" : values) + " FROM " + from,
                userName,
                types);
    }

    /** A row that no longer meets its condition would be missing between the count and the read. */
    private static List<Condition> lasting(String name, List<Condition> conditions) {
        return APPENDED.contains(name)
                ? conditions
                : conditions.stream()
                        .filter(condition -> IDENTITY.contains(condition.column()))
                        .toList();
    }

    /** The table, or what stands for it now. */
    private String source(String name) {
        if (!calls.isCaughtUp(name) || !name.equals("calls")) {
            return name;
        }
        try (ClickHouseStatements sql = new ClickHouseStatements(server)) {
            return calls.source(new ClickHouseCallDays(sql))
                    .map(ClickHouseCallDays::withProject)
                    .orElse(name);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    public List<CallStatistics> statistics(String cascadeId) {
        List<CallStatistics> all = new ArrayList<>();
        try (ConnectionImpl connection = connect();
                PreparedStatement select = connection.prepareStatement(CALLS)) {
            select.setString(1, cascadeId);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    all.add(
                            new CallStatistics(
                                    rows.getString(1),
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getLong(4),
                                    rows.getDouble(5),
                                    rows.getDouble(6),
                                    rows.getDouble(7),
                                    rows.getLong(8),
                                    rows.getDouble(9),
                                    rows.getDouble(10),
                                    rows.getDouble(11)));
                }
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
        return all;
    }

    @Override
    public void spending(Instant since, SpendingReader reader) {
        long micros = RowBinary.micros(since);
        try (ConnectionImpl connection = connect()) {
            try (PreparedStatement select = connection.prepareStatement(SPENT)) {
                select.setLong(1, micros);
                select.setLong(2, micros);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        reader.spent(rows.getString(1), rows.getBigDecimal(2));
                    }
                }
            }
            try (PreparedStatement select = connection.prepareStatement(UNCOSTED)) {
                select.setLong(1, micros);
                select.setLong(2, micros);
                select.setLong(3, micros);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        reader.uncosted(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getString(4),
                                ClickHouseValues.instant(rows.getLong(5)));
                    }
                }
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private ConnectionImpl connect() {
        try {
            return server.connect();
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private BooksUnavailable unavailable(SQLException e) {
        return new BooksUnavailable(
                "cannot read the books in " + server.address() + ": " + ClickHouse.reason(e), e);
    }
}
