package io.rvbbit.tracking;

import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.ConnectionImpl;
import io.rvbbit.tracking.retention.ExportFile;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionPolicy;
import io.rvbbit.tracking.retention.RetentionStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Removes old rows from ClickHouse: by a TTL where nothing is to be exported, and by deletion.
 *
 * <p>There are no transactions. A slice whose rows change in number while it is exported is not
 * removed; the next run finds it again. What is keyed by an id goes with all its versions.
 * Threading: one thread at a time.
 */
final class ClickHouseRetention implements RetentionStore {
    private final ClickHouse server;

    ClickHouseRetention(ClickHouse server) {
        this.server = server;
    }

    /** {@code exported}: the view or table that shows each row once. */
    private record Place(String name, String time, String exported) {}

    private static Place place(RetainedTable table) {
        return switch (table) {
            case UNIFIED_LOGS, BODIES -> new Place("unified_logs", "timestamp", "unified_logs");
            case SESSION_STATE ->
                    new Place("session_state_log", "started_at", "session_state_log FINAL");
            case SQL_QUERY_LOG -> new Place("statement_log", "started_at", "statement_log FINAL");
            case ESTIMATES -> new Place("estimate", "estimated_at", "estimate");
            case AI_FALLBACK_EVENTS -> new Place("ai_fallback_events", "ts", "ai_fallback_events");
            case TRACE_SPANS -> new Place("trace_spans", "started_at", "trace_spans");
            case CALLS_COMPLETE -> new Place("call_whole", "started_at", "call_whole FINAL");
        };
    }

    @Override
    public void prepare(RetentionPolicy policy) throws SQLException {
        try (ConnectionImpl connection = server.connect()) {
            for (RetainedTable table : RetainedTable.values()) {
                int days = policy.export().isPresent() ? 0 : policy.days(table);
                if (table == RetainedTable.BODIES) {
                    bodiesTimeToLive(connection, days);
                } else {
                    rowsTimeToLive(connection, place(table), days);
                }
            }
        } catch (SQLException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    private static void rowsTimeToLive(ConnectionImpl connection, Place place, int days)
            throws SQLException {
        String engine =
                text(
                        connection,
                        "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = '"
                                + place.name()
                                + "'");
        boolean has = engine.contains(" TTL ");
        if (days > 0 && !engine.contains(" TTL " + shown(place.time(), days))) {
            ClickHouse.execute(
                    connection,
                    "ALTER TABLE "
                            + place.name()
                            + " MODIFY TTL toDateTime("
                            + place.time()
                            + ") + toIntervalDay("
                            + days
                            + ") SETTINGS materialize_ttl_after_modify = 0");
        } else if (days == 0 && has) {
            ClickHouse.execute(connection, "ALTER TABLE " + place.name() + " REMOVE TTL");
        }
    }

    /** As the server writes it, without what follows. */
    private static String shown(String time, int days) {
        return "toDateTime(" + time + ") + toIntervalDay(" + days + ")";
    }

    private static void bodiesTimeToLive(ConnectionImpl connection, int days) throws SQLException {
        String table =
                text(
                        connection,
                        "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'unified_logs'");
        for (String column : List.of("full_request_json", "full_response_json")) {
            String definition = "`" + column + "` String CODEC(ZSTD(1))";
            boolean has = table.contains(definition + " TTL ");
            if (days > 0 && !table.contains(definition + " TTL " + shown("timestamp", days))) {
                ClickHouse.execute(
                        connection,
                        "ALTER TABLE unified_logs MODIFY COLUMN "
                                + column
                                + " String CODEC(ZSTD(1)) TTL "
                                + shown("timestamp", days)
                                + " SETTINGS materialize_ttl_after_modify = 0");
            } else if (days == 0 && has) {
                ClickHouse.execute(
                        connection,
                        "ALTER TABLE unified_logs MODIFY COLUMN " + column + " REMOVE TTL");
            }
        }
    }

    @Override
    public Optional<Instant> oldest(RetainedTable table, Instant before) throws SQLException {
        try (ConnectionImpl connection = server.connect()) {
            Place place = place(table);
            String where = where(connection, table, Instant.EPOCH, before);
            String[] found =
                    text(
                                    connection,
                                    "SELECT concat(toString(count()), ' ', toString(toUnixTimestamp64Micro(min("
                                            + place.time()
                                            + ")))) FROM "
                                            + place.exported()
                                            + where)
                            .split(" ", 2);
            return found[0].equals("0")
                    ? Optional.empty()
                    : Optional.of(Instant.EPOCH.plus(Long.parseLong(found[1]), ChronoUnit.MICROS));
        } catch (SQLException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    @Override
    public long count(RetainedTable table, Instant from, Instant before) throws SQLException {
        try (ConnectionImpl connection = server.connect()) {
            return count(connection, table, where(connection, table, from, before));
        } catch (SQLException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    private static long count(ConnectionImpl connection, RetainedTable table, String where)
            throws SQLException {
        return Long.parseLong(
                text(
                        connection,
                        "SELECT toString(count()) FROM " + place(table).exported() + where));
    }

    @Override
    public long remove(RetainedTable table, Instant from, Instant before, @Nullable ExportFile file)
            throws SQLException, IOException {
        try (ConnectionImpl connection = server.connect()) {
            String where = where(connection, table, from, before);
            long rows = count(connection, table, where);
            if (file != null) {
                export(connection, query(table, where), file);
                long now = count(connection, table, where);
                if (now != rows) {
                    throw new SQLException(
                            "rows of %s from %s on changed from %d to %d while they were exported"
                                    .formatted(table.tableName(), from, rows, now),
                            "40001");
                }
            }
            if (table == RetainedTable.BODIES) {
                ClickHouse.execute(
                        connection,
                        "ALTER TABLE unified_logs UPDATE full_request_json = '', full_response_json = ''"
                                + where
                                + " SETTINGS mutations_sync = 1");
            } else {
                ClickHouse.execute(connection, "DELETE FROM " + place(table).name() + where);
            }
            return rows;
        } catch (SQLException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    private static String query(RetainedTable table, String where) {
        String columns =
                table == RetainedTable.BODIES
                        ? "message_id, timestamp, caller_id, session_id, request_id,"
                                + " full_request_json, full_response_json"
                        : "*";
        return "SELECT " + columns + " FROM " + place(table).exported() + where;
    }

    private static void export(ConnectionImpl connection, String query, ExportFile file)
            throws SQLException, IOException {
        QuerySettings settings = new QuerySettings().setFormat(ClickHouseFormat.Parquet);
        // The response has no more than its stream; both go with the connection.
        try (InputStream rows =
                connection.getClient().query(query, settings).get().getInputStream()) {
            long _ = Files.copy(rows, file.part());
            file.keep();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while exporting", e);
        } catch (ExecutionException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    private static String where(
            ConnectionImpl connection, RetainedTable table, Instant from, Instant before)
            throws SQLException {
        Place place = place(table);
        return " WHERE %s >= %s AND %s < %s%s%s"
                .formatted(
                        place.time(),
                        moment(from),
                        place.time(),
                        moment(before),
                        running(connection, before),
                        table == RetainedTable.BODIES
                                ? " AND (full_request_json != '' OR full_response_json != '')"
                                : "");
    }

    private static String moment(Instant at) {
        return "fromUnixTimestamp64Micro(%d, 'UTC')".formatted(RowBinary.micros(at));
    }

    /** A deletion may have no query within. */
    private static String running(ConnectionImpl connection, Instant before) throws SQLException {
        List<String> callers = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT caller_id FROM sql_query_log WHERE completed_at IS NULL AND started_at < "
                                        + moment(before));
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                callers.add(ClickHouse.quoted(rows.getString(1)));
            }
        }
        return callers.isEmpty()
                ? ""
                : callers.stream()
                        .collect(Collectors.joining(", ", " AND caller_id NOT IN (", ")"));
    }

    private static String text(ConnectionImpl connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    @Override
    public void close() {
        // Each use has a connection of its own.
    }
}
