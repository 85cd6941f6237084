package io.rvbbit.tracking;

import static io.rvbbit.tracking.DuckDbTransactions.moment;

import io.rvbbit.tracking.DuckDbTransactions.Statements;
import io.rvbbit.tracking.retention.ExportFile;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import io.rvbbit.tracking.retention.RetentionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes old rows from the embedded store: export and removal of a slice are one transaction, so
 * what is removed is exactly what was exported.
 *
 * <p>Room within the file is used again after the next checkpoint. Threading: one thread at a time.
 */
final class DuckDbRetention implements RetentionStore {
    private static final String RUNNING =
            " AND caller_id NOT IN (SELECT o.caller_id FROM statement_open o)";

    private final DuckDbTransactions transactions;

    DuckDbRetention(DuckDbFile file) {
        this.transactions = new DuckDbTransactions(file);
    }

    /**
     * Where rows stand.
     *
     * @param exported what is exported of them; {@code %s} stands for the condition
     * @param removal what is done to them; as {@code exported}
     */
    private record Place(
            String name, String time, String condition, String exported, String removal) {
        static Place rows(String name, String time, String condition) {
            return new Place(name, time, condition, "FROM " + name + "%s", "DELETE FROM " + name);
        }

        String where(Instant from, Instant before) {
            return " WHERE %s >= %s AND %s < %s%s"
                    .formatted(time, moment(from), time, moment(before), condition);
        }
    }

    private static Place place(RetainedTable table) {
        return switch (table) {
            case UNIFIED_LOGS ->
                    new Place(
                            "event_log",
                            "\"timestamp\"",
                            RUNNING,
                            "FROM unified_logs%s",
                            "DELETE FROM event_log");
            case BODIES ->
                    new Place(
                            "event_log",
                            "\"timestamp\"",
                            RUNNING + " AND (full_request_json <> '' OR full_response_json <> '')",
                            """
                            SELECT message_id, "timestamp", caller_id, session_id, request_id,
                                full_request_json, full_response_json
                            FROM event_log%s\
                            """,
                            "UPDATE event_log SET full_request_json = '', full_response_json = ''");
            case SESSION_STATE ->
                    new Place(
                            "session_closed",
                            "started_at",
                            RUNNING,
                            """
                            SELECT s.*, c.cascade_definition
                            FROM (FROM session_closed%s) s
                            LEFT JOIN cascade_text c ON c.definition_hash = s.definition_hash\
                            """,
                            "DELETE FROM session_closed");
            case SQL_QUERY_LOG -> Place.rows("statement_closed", "started_at", RUNNING);
            case CALLS_COMPLETE -> Place.rows("call_whole", "started_at", RUNNING);
            case ESTIMATES -> Place.rows("estimate", "estimated_at", RUNNING);
            case AI_FALLBACK_EVENTS -> Place.rows("ai_fallback_events", "ts", RUNNING);
            case TRACE_SPANS -> Place.rows("trace_spans", "started_at", RUNNING);
        };
    }

    @Override
    public void prepare(RetentionPolicy policy) {
        // DuckDB does nothing by itself.
    }

    @Override
    public Optional<Instant> oldest(RetainedTable table, Instant before) throws SQLException {
        Place place = place(table);
        long[] found =
                transactions.transact(sql ->
                        sql.numbers(
                                "SELECT count(*), epoch_us(min("
                                        + place.time()
                                        + ")) FROM "
                                        + place.name()
                                        + place.where(Instant.EPOCH, before)));
        return found[0] == 0
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(found[1], ChronoUnit.MICROS));
    }

    @Override
    public long count(RetainedTable table, Instant from, Instant before) throws SQLException {
        Place place = place(table);
        return transactions.transact(sql -> count(sql, place, from, before));
    }

    private static long count(Statements sql, Place place, Instant from, Instant before)
            throws SQLException {
        return sql.numbers("SELECT count(*) FROM " + place.name() + place.where(from, before))[0];
    }

    @Override
    public long remove(RetainedTable table, Instant from, Instant before, @Nullable ExportFile file)
            throws SQLException, IOException {
        Place place = place(table);
        try {
            return transactions.transact(sql -> {
                if (file != null) {
                    export(sql, place.exported().formatted(place.where(from, before)), file);
                }
                long removed = sql.execute(place.removal() + place.where(from, before));
                if (table == RetainedTable.UNIFIED_LOGS) {
                    long _ = sql.execute(DuckDbCallerPlaces.FORGET);
                }
                return removed;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void export(Statements sql, String query, ExportFile file) throws SQLException {
        try {
            Path part = file.part();
            try {
                long _ =
                        sql.execute(
                                "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)"
                                        .formatted(query, part.toString().replace("'", "''")));
            } catch (SQLException e) {
                file.drop();
                throw e;
            }
            file.keep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cancel() {
        transactions.cancel();
    }

    @Override
    public void close() {
        transactions.close();
    }
}
