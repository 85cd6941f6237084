package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import io.rvbbit.tracking.EventStore.OpenStatement;
import io.rvbbit.tracking.EventStore.Unfinished;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads what one log's gateway has left open in ClickHouse: once, before its first event.
 *
 * <p>The ids of what is open are found first, in the few columns that tell; whole rows are read by
 * them. Threading: one thread at a time.
 */
final class ClickHouseUnfinished {
    /** What one log's gateway has written, itself or through any or one partition of Kafka's. */
    private static final String OF_LOG = "startsWith(concat(log_id, '/'), concat(?, '/'))";

    private static final String OPEN_STATEMENTS =
            "(SELECT caller_id FROM statement_log FINAL WHERE "
                    + OF_LOG
                    + " AND completed_at IS NULL)";
    private static final String OPEN_SESSIONS =
            """
            (SELECT caller_id, session_id FROM session_state_log FINAL
            WHERE %s AND completed_at IS NULL)\
            """
                    .formatted(OF_LOG);

    private static final String TOTALS =
            """
            SELECT caller_id, countIf(event_type = 'turn_start'), sum(attempt_tokens_in),
                sum(attempt_tokens_out), sum(attempt_cost)
            FROM unified_logs WHERE caller_id IN %s GROUP BY caller_id\
            """
                    .formatted(OPEN_STATEMENTS);

    private static final String SESSIONS =
            """
            (SELECT s.*, t.cascade_definition AS cascade_definition
            FROM (SELECT * FROM session_state_log FINAL WHERE %s) AS s
            LEFT ANY JOIN cascade_text AS t ON t.definition_hash = s.definition_hash)\
            """;

    /** ClickHouse orders a UUID by its second half, which has no time in it. */
    private static final String EVENTS =
            """
            SELECT event_type, session_id, cell_name, node_type, toString(message_id), parent_id,
                request_id, attempt_number, turn_number, model_requested, model, provider,
                toUnixTimestamp64Micro(timestamp), attempt_tokens_in, attempt_tokens_out,
                attempt_cost, ifNull(take_index, -1)
            FROM unified_logs
            WHERE (caller_id, session_id) IN %s AND event_type IN
                ('phase_start', 'phase_complete', 'phase_error', 'turn_start', 'turn_complete',
                'turn_error')
            ORDER BY toUInt128(message_id)\
            """
                    .formatted(OPEN_SESSIONS);

    private final ConnectionImpl connection;
    private final String log;

    ClickHouseUnfinished(ConnectionImpl connection, String log) {
        this.connection = connection;
        this.log = log;
    }

    Unfinished read() throws SQLException {
        OpenCells cells = new OpenCells();
        try (PreparedStatement select = connection.prepareStatement(EVENTS)) {
            select.setString(1, log);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    cells.add(rows);
                }
            }
        }
        return new Unfinished(
                statements(),
                rows(
                        SessionColumn.class,
                        SessionColumn.values(),
                        SESSIONS.formatted("(caller_id, session_id) IN " + OPEN_SESSIONS),
                        log),
                cells.cells(),
                cells.attempts());
    }

    private List<OpenStatement> statements() throws SQLException {
        record Total(long calls, Usage spent) {}

        Map<String, Total> totals = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(TOTALS)) {
            select.setString(1, log);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    totals.put(
                            rows.getString(1),
                            new Total(rows.getLong(2), ClickHouseValues.usage(rows, 3)));
                }
            }
        }
        List<OpenStatement> statements = new ArrayList<>();
        String open =
                "(SELECT * FROM statement_log FINAL WHERE caller_id IN " + OPEN_STATEMENTS + ")";
        for (Row<StatementColumn> row :
                rows(StatementColumn.class, StatementColumn.values(), open, log)) {
            Total total =
                    totals.getOrDefault(
                            row.text(StatementColumn.CALLER_ID), new Total(0, Usage.NONE));
            statements.add(new OpenStatement(row, total.calls(), total.spent()));
        }
        return statements;
    }

    /** The newest row of a session, if it has ended. */
    Optional<Row<SessionColumn>> ended(String sessionId) throws SQLException {
        return rows(
                        SessionColumn.class,
                        SessionColumn.values(),
                        SESSIONS.formatted("session_id = ?"),
                        sessionId)
                .stream()
                .filter(row -> row.get(SessionColumn.COMPLETED_AT) != null)
                .findFirst();
    }

    /** The newest row of a statement, if it has ended. */
    Optional<Row<StatementColumn>> ended(CallerId caller) throws SQLException {
        return rows(
                        StatementColumn.class,
                        StatementColumn.values(),
                        "(SELECT * FROM statement_log FINAL WHERE caller_id = ?)",
                        caller.value())
                .stream()
                .filter(row -> row.get(StatementColumn.COMPLETED_AT) != null)
                .findFirst();
    }

    /** {@code parameter} is bound to the one {@code ?} of {@code from}. */
    private <C extends Enum<C> & Column> List<Row<C>> rows(
            Class<C> kind, C[] columns, String from, String parameter) throws SQLException {
        String values =
                Arrays.stream(columns)
                        .map(column -> ClickHouseValues.expression(column.bookColumn()))
                        .collect(Collectors.joining(", "));
        List<Row<C>> result = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + values + " FROM " + from)) {
            select.setString(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Row<C> row = Row.of(kind);
                    for (int i = 0; i < columns.length; i++) {
                        row.set(columns[i], ClickHouseValues.kept(rows, i + 1, columns[i].type()));
                    }
                    result.add(row);
                }
            }
        }
        return result;
    }
}
