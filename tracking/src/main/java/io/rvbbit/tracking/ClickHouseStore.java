package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books in ClickHouse.
 *
 * <p>There are no transactions: a batch is several inserts, and last that of its position. A batch
 * that was stored in part is repeated whole; each insert has a token by which its table (and what
 * is computed from it) skips what it has. A reader of another process may see a batch half written.
 *
 * <p>Sessions and statements are written anew with each change; the row of the highest position
 * counts. Threading: the books' writer thread only.
 */
final class ClickHouseStore implements EventStore {
    private static final ClickHouseInserts<LogColumn> LOGS =
            new ClickHouseInserts<>(
                    "unified_logs",
                    List.copyOf(
                            EnumSet.complementOf(
                                    EnumSet.of(LogColumn.TIMESTAMP_ISO, LogColumn.PHASE_NAME))),
                    Set.of(LogColumn.MESSAGE_ID, LogColumn.TIMESTAMP, LogColumn.CACHE_HIT),
                    List.of("summed"));
    private static final ClickHouseInserts<EstimateColumn> ESTIMATES =
            new ClickHouseInserts<>(
                    "estimate",
                    List.of(EstimateColumn.values()),
                    Set.of(EstimateColumn.ESTIMATED_AT),
                    List.of());

    private static final ClickHouseInserts<SpanColumn> SPANS =
            new ClickHouseInserts<>(
                    "trace_spans",
                    List.of(SpanColumn.values()),
                    Set.of(SpanColumn.STARTED_AT, SpanColumn.CREATED_AT, SpanColumn.DEPTH),
                    List.of());

    private static final ClickHouseInserts<FallbackColumn> FALLBACKS =
            new ClickHouseInserts<>(
                    "ai_fallback_events",
                    List.of(FallbackColumn.values()),
                    Set.of(FallbackColumn.TS, FallbackColumn.SUCCESS),
                    List.of());

    /** What the completion of calls is told. */
    private static final ClickHouseInserts<LogColumn> PARTS =
            new ClickHouseInserts<>(
                    "call_part",
                    List.of(
                            LogColumn.REQUEST_ID,
                            LogColumn.EVENT_TYPE,
                            LogColumn.TIMESTAMP,
                            LogColumn.CALLER_ID,
                            LogColumn.SESSION_ID,
                            LogColumn.CASCADE_ID,
                            LogColumn.CELL_NAME,
                            LogColumn.ATTEMPT_NUMBER,
                            LogColumn.TURN_NUMBER,
                            LogColumn.MODEL_REQUESTED,
                            LogColumn.MODEL,
                            LogColumn.PROVIDER,
                            LogColumn.STATUS,
                            LogColumn.DURATION_MS,
                            LogColumn.ATTEMPT_TOKENS_IN,
                            LogColumn.ATTEMPT_TOKENS_OUT,
                            LogColumn.ATTEMPT_COST,
                            LogColumn.ERROR_JSON),
                    Set.of(LogColumn.TIMESTAMP),
                    List.of("log_id", "through"));

    private static final ClickHouseInserts<SessionColumn> SESSIONS =
            new ClickHouseInserts<>(
                    "session_state_log",
                    List.copyOf(EnumSet.complementOf(EnumSet.of(SessionColumn.CASCADE_DEFINITION))),
                    Set.of(SessionColumn.STARTED_AT, SessionColumn.UPDATED_AT, SessionColumn.DEPTH),
                    List.of("definition_hash", "log_id", "version"));
    private static final ClickHouseInserts<StatementColumn> STATEMENTS =
            new ClickHouseInserts<>(
                    "statement_log",
                    List.of(StatementColumn.values()),
                    Set.of(StatementColumn.STARTED_AT, StatementColumn.ATTEMPTS),
                    List.of("log_id", "version"));

    private final ClickHouse server;
    private final String log;
    private final boolean tellsCalls;
    private final InstantSource clock;
    private final CascadeTexts definitions = new CascadeTexts();
    private @Nullable ConnectionImpl connection;
    private long stored = -1;

    /**
     * @param log whose positions these are: what its last process left running is orphaned
     * @param tellsCalls whether the completion of calls is told of each start and end
     */
    ClickHouseStore(ClickHouse server, String log, boolean tellsCalls, InstantSource clock) {
        this.server = server;
        this.log = log;
        this.tellsCalls = tellsCalls;
        this.clock = clock;
    }

    @Override
    public void open() throws SQLException {
        try {
            server.createDatabase();
            ClickHouseSchema.migrate(connected());
            try (ClickHouseStatements sql = new ClickHouseStatements(server)) {
                ClickHouseCallStore.begin(sql, log, tellsCalls, clock.instant());
            }
        } catch (SQLException e) {
            close();
            throw ClickHouse.failure(e);
        }
    }

    @Override
    public long position() throws SQLException {
        if (stored < 0) {
            try (PreparedStatement select =
                    connected()
                            .prepareStatement(
                                    "SELECT max(through) FROM stored_position WHERE log_id = ?")) {
                select.setString(1, log);
                try (ResultSet rows = select.executeQuery()) {
                    stored = rows.next() ? rows.getLong(1) : 0;
                }
            }
        }
        return stored;
    }

    @Override
    public void append(Batch batch) throws SQLException {
        try {
            if (position() >= batch.position()) {
                return;
            }
            write(connected(), batch, token(batch));
            stored = batch.position();
            definitions.stored(batch.sessions());
        } catch (SQLException | RuntimeException e) {
            close();
            throw ClickHouse.failure(e);
        }
    }

    @Override
    public Unfinished unfinished() throws SQLException {
        return new ClickHouseUnfinished(connected(), log).read();
    }

    @Override
    public Optional<Row<SessionColumn>> endedSession(String sessionId) throws SQLException {
        return new ClickHouseUnfinished(connected(), log).ended(sessionId);
    }

    @Override
    public Optional<Row<StatementColumn>> endedStatement(CallerId caller) throws SQLException {
        return new ClickHouseUnfinished(connected(), log).ended(caller);
    }

    @Override
    public void close() {
        stored = -1;
        if (connection != null) {
            ClickHouse.close(connection);
            connection = null;
        }
    }

    private String token(Batch batch) {
        return log + ":" + batch.from() + "-" + batch.position();
    }

    private void write(ConnectionImpl connected, Batch batch, String token) throws SQLException {
        writeDefinitions(connected, token, definitions.missing(batch.sessions()));
        if (tellsCalls) {
            // Before the log: whoever sees a call there sees that it is not completed yet.
            PARTS.insert(
                    connected,
                    token,
                    batch.logs().stream().filter(CallParts::isPart).toList(),
                    (out, _) -> writeVersion(out, batch));
        }
        LOGS.insert(connected, token, batch.logs(), (out, _) -> out.number(1, Byte.BYTES));
        ESTIMATES.insert(connected, token, batch.estimates());
        SPANS.insert(connected, token, batch.spans());
        FALLBACKS.insert(connected, token, batch.fallbacks());
        SESSIONS.insert(
                connected,
                token,
                batch.sessions(),
                (out, session) -> {
                    out.text(definitions.hash(session.text(SessionColumn.CASCADE_DEFINITION)));
                    writeVersion(out, batch);
                });
        STATEMENTS.insert(
                connected, token, batch.statements(), (out, _) -> writeVersion(out, batch));
        RowBinary position = new RowBinary();
        writeVersion(position, batch);
        ClickHouseInserts.insert(
                connected, "stored_position", List.of("log_id", "through"), token, position);
    }

    /** Whose position, and which. */
    private void writeVersion(RowBinary out, Batch batch) {
        out.text(log);
        out.number(batch.position(), Long.BYTES);
    }

    private static void writeDefinitions(
            ConnectionImpl connected, String token, Map<String, String> missing)
            throws SQLException {
        if (missing.isEmpty()) {
            return;
        }
        RowBinary rows = new RowBinary();
        missing.forEach((hash, definition) -> {
            rows.text(hash);
            rows.text(definition);
        });
        ClickHouseInserts.insert(
                connected,
                "cascade_text",
                List.of("definition_hash", "cascade_definition"),
                token,
                rows);
    }

    private ConnectionImpl connected() throws SQLException {
        if (connection == null) {
            connection = server.connect();
        }
        return connection;
    }
}
