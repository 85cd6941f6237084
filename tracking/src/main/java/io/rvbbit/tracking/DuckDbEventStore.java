package io.rvbbit.tracking;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books in a DuckDB file: one transaction per batch.
 *
 * <p>Sessions and statements are hot or cold. A row that may still change is in an {@code _open}
 * table, where each batch replaces what it changes; with its last change it moves to {@code
 * _closed}, to which rows are only appended. The views are the union of both. So a read is a plain
 * scan, without picking the newest of several versions, exact in every snapshot; a write touches no
 * index and rewrites only the few rows in flight; and most sessions begin and end within one batch
 * and never see the open table at all. One upserted table would need an index over all rows in
 * memory; an append-only history would need a window over all of it at every read.
 *
 * <p>The position is written in the same transaction, so a batch that is repeated because its
 * commit failed in an unclear way is recognised. Threading: the books' writer thread only.
 */
final class DuckDbEventStore implements EventStore {
    private static final DuckDbAppends<LogColumn> LOGS =
            new DuckDbAppends<>(
                    "event_log",
                    List.copyOf(
                            EnumSet.complementOf(
                                    EnumSet.of(
                                            LogColumn.TIMESTAMP_ISO,
                                            LogColumn.PHASE_NAME,
                                            LogColumn.INVOCATION_METADATA_JSON))));
    private static final DuckDbAppends<EstimateColumn> ESTIMATES =
            new DuckDbAppends<>("estimate", List.of(EstimateColumn.values()));
    private static final DuckDbAppends<SpanColumn> SPANS =
            new DuckDbAppends<>("trace_spans", List.of(SpanColumn.values()));
    private static final DuckDbAppends<FallbackColumn> FALLBACKS =
            new DuckDbAppends<>("ai_fallback_events", List.of(FallbackColumn.values()));
    private static final List<SessionColumn> SESSION_COLUMNS =
            List.copyOf(EnumSet.complementOf(EnumSet.of(SessionColumn.INVOCATION_METADATA_JSON)));
    private static final List<StatementColumn> STATEMENT_COLUMNS =
            Arrays.asList(StatementColumn.values());

    private final DuckDbFile file;
    private final boolean notesCalls;
    private final String line;
    private final HotTable<SessionColumn> sessions =
            new HotTable<>(
                    "session",
                    SESSION_COLUMNS,
                    SessionColumn.SESSION_ID,
                    SessionColumn.COMPLETED_AT);
    private final HotTable<StatementColumn> statements =
            new HotTable<>(
                    "statement",
                    STATEMENT_COLUMNS,
                    StatementColumn.CALLER_ID,
                    StatementColumn.COMPLETED_AT);
    private final CascadeTexts definitions = new CascadeTexts();
    private @Nullable DuckDBConnection connection;

    DuckDbEventStore(DuckDbFile file) {
        this(file, true);
    }

    /** {@code notesCalls}: whether the completion of calls is told which batches have any. */
    DuckDbEventStore(DuckDbFile file, boolean notesCalls) {
        this(file, notesCalls, "");
    }

    /** {@code line}: whose positions these are; empty: those of the log itself. */
    DuckDbEventStore(DuckDbFile file, boolean notesCalls, String line) {
        this.file = file;
        this.notesCalls = notesCalls;
        this.line = line;
    }

    @Override
    public void open() throws SQLException {
        DuckDbSchema.migrate(connected());
    }

    @Override
    public long position() throws SQLException {
        try (PreparedStatement select =
                connected()
                        .prepareStatement("SELECT through FROM stored_position WHERE line = ?")) {
            select.setString(1, line);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    @Override
    public void append(Batch batch) throws SQLException {
        try {
            DuckDBConnection connected = connected();
            if (position() >= batch.position()) {
                return;
            }
            connected.setAutoCommit(false);
            write(connected, batch);
            connected.commit();
            connected.setAutoCommit(true);
            sessions.committed(batch.sessions());
            statements.committed(batch.statements());
            definitions.stored(batch.sessions());
        } catch (SQLException e) {
            disconnect(e);
            throw e;
        }
    }

    @Override
    public Optional<Row<SessionColumn>> endedSession(String sessionId) throws SQLException {
        try {
            return new DuckDbUnfinished(connected()).ended(sessionId);
        } catch (SQLException e) {
            disconnect(e);
            throw e;
        }
    }

    @Override
    public Optional<Row<StatementColumn>> endedStatement(CallerId caller) throws SQLException {
        try {
            return new DuckDbUnfinished(connected()).ended(caller);
        } catch (SQLException e) {
            disconnect(e);
            throw e;
        }
    }

    @Override
    public Unfinished unfinished() throws SQLException {
        return new DuckDbUnfinished(connected()).read();
    }

    @Override
    public void close() {
        if (connection != null) {
            file.release(connection);
            connection = null;
        }
    }

    private void write(DuckDBConnection connected, Batch batch) throws SQLException {
        // First, because only a statement begins a transaction: an appender without one commits.
        writePosition(connected, batch.position());
        writeDefinitions(connected, definitions.missing(batch.sessions()));
        LOGS.append(connected, batch.logs());
        DuckDbCallerPlaces.note(connected, batch);
        if (notesCalls) {
            DuckDbCallBatch.note(connected, batch);
        }
        ESTIMATES.append(connected, batch.estimates());
        SPANS.append(connected, batch.spans());
        FALLBACKS.append(connected, batch.fallbacks());
        sessions.write(
                connected,
                batch.sessions(),
                row ->
                        row.copy()
                                .set(
                                        SessionColumn.CASCADE_DEFINITION,
                                        definitions.hash(
                                                row.text(SessionColumn.CASCADE_DEFINITION))),
                _ -> false);
        statements.write(connected, batch.statements(), row -> row, DuckDbEventStore::isResumed);
    }

    private void writePosition(DuckDBConnection connected, long position) throws SQLException {
        try (PreparedStatement update =
                connected.prepareStatement(
                        "UPDATE stored_position SET through = ? WHERE line = ?")) {
            update.setLong(1, position);
            update.setString(2, line);
            if (update.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert =
                connected.prepareStatement("INSERT INTO stored_position VALUES (?, ?)")) {
            insert.setLong(1, position);
            insert.setString(2, line);
            insert.execute();
        }
    }

    private static boolean isResumed(Row<StatementColumn> row) {
        return row.get(StatementColumn.ATTEMPTS) instanceof Integer runs && runs > 1;
    }

    private static void writeDefinitions(DuckDBConnection connected, Map<String, String> missing)
            throws SQLException {
        for (Map.Entry<String, String> definition : missing.entrySet()) {
            try (PreparedStatement insert =
                    connected.prepareStatement(
                            "INSERT INTO cascade_text VALUES (?, ?) ON CONFLICT DO NOTHING")) {
                insert.setString(1, definition.getKey());
                insert.setString(2, definition.getValue());
                insert.execute();
            }
        }
    }

    private DuckDBConnection connected() throws SQLException {
        if (connection == null) {
            connection = file.connect();
            sessions.forget();
            statements.forget();
        }
        return connection;
    }

    /** The transaction goes with the connection; a broken instance goes with all of them. */
    private void disconnect(SQLException cause) {
        close();
        file.repair(cause);
    }
}
