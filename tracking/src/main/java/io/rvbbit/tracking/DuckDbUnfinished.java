package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.OpenAttempt;
import io.rvbbit.tracking.EventStore.OpenCell;
import io.rvbbit.tracking.EventStore.OpenStatement;
import io.rvbbit.tracking.EventStore.Unfinished;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is open in the DuckDB books, once, before the first event of a new process; and what
 * has ended, when an event names it that was told late.
 *
 * <p>Threading: one thread at a time.
 */
final class DuckDbUnfinished {
    private static final String TOTALS =
            """
            SELECT s.caller_id,
                count(*) FILTER (e.event_type = 'turn_start') AS calls,
                coalesce(sum(e.attempt_tokens_in), 0)::BIGINT,
                coalesce(sum(e.attempt_tokens_out), 0)::BIGINT,
                coalesce(sum(e.attempt_cost), 0)
            FROM statement_open s
            LEFT JOIN event_log e ON e.caller_id = s.caller_id
            GROUP BY s.caller_id\
            """;

    /** A cell that runs more than once in a session is open if its newest start has no end. */
    private static final String CELLS =
            """
            WITH e AS (
                FROM event_log WHERE session_id IN (SELECT session_id FROM session_open)
            ), started AS (
                FROM e WHERE event_type = 'phase_start'
                QUALIFY row_number() OVER (
                    PARTITION BY session_id, cell_name ORDER BY message_id DESC) = 1
            )
            SELECT s.session_id, s.cell_name, s.node_type, s.message_id::VARCHAR,
                epoch_us(any_value(s."timestamp")),
                coalesce(max(t.attempt_number), 0),
                count(t.message_id) > 0 OR s.node_type = 'llm',
                coalesce(sum(t.attempt_tokens_in), 0)::BIGINT,
                coalesce(sum(t.attempt_tokens_out), 0)::BIGINT,
                coalesce(sum(t.attempt_cost), 0),
                coalesce(arg_max(t.model, t.message_id) FILTER (t.model <> ''), ''),
                coalesce(arg_max(t.provider, t.message_id) FILTER (t.provider <> ''), '')
            FROM started s
            LEFT JOIN e t ON t.parent_id = s.message_id::VARCHAR
                AND t.event_type IN ('turn_start', 'turn_complete', 'turn_error')
            WHERE NOT EXISTS (
                FROM e x WHERE x.session_id = s.session_id AND x.cell_name = s.cell_name
                    AND x.event_type IN ('phase_complete', 'phase_error')
                    AND x.message_id > s.message_id)
            GROUP BY s.session_id, s.cell_name, s.node_type, s.message_id
            ORDER BY s.message_id\
            """;

    private static final String ATTEMPTS =
            """
            SELECT s.session_id, s.cell_name, s.request_id, s.attempt_number, s.turn_number,
                s.model_requested, s.provider, epoch_us(s."timestamp"),
                coalesce(s.take_index, -1)
            FROM event_log s
            WHERE s.event_type = 'turn_start'
                AND s.session_id IN (SELECT session_id FROM session_open)
                AND NOT EXISTS (
                    FROM event_log x WHERE x.session_id = s.session_id
                        AND x.request_id = s.request_id
                        AND x.event_type IN ('turn_complete', 'turn_error'))
            ORDER BY s.message_id\
            """;

    private final DuckDBConnection connection;

    DuckDbUnfinished(DuckDBConnection connection) {
        this.connection = connection;
    }

    Unfinished read() throws SQLException {
        return new Unfinished(statements(), sessions(), cells(), attempts());
    }

    private List<OpenStatement> statements() throws SQLException {
        List<Row<StatementColumn>> open =
                rows(StatementColumn.class, StatementColumn.values(), "statement_open", "");
        List<OpenStatement> statements = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(TOTALS);
                ResultSet totals = select.executeQuery()) {
            while (totals.next()) {
                String caller = totals.getString(1);
                long calls = totals.getLong(2);
                Usage spent = usage(totals, 3);
                open.stream()
                        .filter(row -> row.text(StatementColumn.CALLER_ID).equals(caller))
                        .findFirst()
                        .ifPresent(row -> statements.add(new OpenStatement(row, calls, spent)));
            }
        }
        return statements;
    }

    private List<Row<SessionColumn>> sessions() throws SQLException {
        return rows(SessionColumn.class, SessionColumn.values(), sessions("session_open"), "");
    }

    private static String sessions(String table) {
        return """
        (SELECT o.*,
            coalesce(c.cascade_definition, '') AS cascade_definition,
            coalesce(s.invocation_metadata_json, '{}') AS invocation_metadata_json
        FROM %s o
        LEFT JOIN cascade_text c ON c.definition_hash = o.definition_hash
        LEFT JOIN sql_query_log s ON s.caller_id = o.caller_id)\
        """
                .formatted(table);
    }

    Optional<Row<SessionColumn>> ended(String sessionId) throws SQLException {
        return rows(
                        SessionColumn.class,
                        SessionColumn.values(),
                        sessions("session_closed") + " WHERE session_id = ?",
                        sessionId)
                .stream()
                .findFirst();
    }

    Optional<Row<StatementColumn>> ended(CallerId caller) throws SQLException {
        return rows(
                        StatementColumn.class,
                        StatementColumn.values(),
                        "statement_closed WHERE caller_id = ?",
                        caller.value())
                .stream()
                .findFirst();
    }

    private List<OpenCell> cells() throws SQLException {
        List<OpenCell> cells = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(CELLS);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                @Nullable Usage spent = rows.getBoolean(7) ? usage(rows, 8) : null;
                cells.add(
                        new OpenCell(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getInt(6),
                                spent,
                                rows.getString(11),
                                rows.getString(12),
                                instant(rows.getLong(5))));
            }
        }
        return cells;
    }

    private List<OpenAttempt> attempts() throws SQLException {
        List<OpenAttempt> attempts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(ATTEMPTS);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                attempts.add(
                        new OpenAttempt(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getInt(4),
                                rows.getInt(5),
                                rows.getInt(9),
                                rows.getString(6),
                                rows.getString(7),
                                instant(rows.getLong(8))));
            }
        }
        return attempts;
    }

    /** {@code id}: what a {@code ?} in {@code from} stands for. */
    private <C extends Enum<C> & Column> List<Row<C>> rows(
            Class<C> kind, C[] columns, String from, String id) throws SQLException {
        String values =
                Arrays.stream(columns)
                        .map(column -> DuckDbValues.expression(column.bookColumn()))
                        .collect(Collectors.joining(", "));
        List<Row<C>> result = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + values + " FROM " + from)) {
            if (!id.isEmpty()) {
                select.setString(1, id);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Row<C> row = Row.of(kind);
                    for (int i = 0; i < columns.length; i++) {
                        row.set(columns[i], DuckDbValues.kept(rows, i + 1, columns[i].type()));
                    }
                    result.add(row);
                }
            }
        }
        return result;
    }

    /** Tokens in, tokens out and money, from {@code first} on. */
    private static Usage usage(ResultSet rows, int first) throws SQLException {
        BigDecimal cost = rows.getBigDecimal(first + 2);
        return new Usage(
                rows.getLong(first),
                rows.getLong(first + 1),
                cost == null ? BigDecimal.ZERO : cost);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
