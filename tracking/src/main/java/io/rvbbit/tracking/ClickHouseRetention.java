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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old rows from ClickHouse: by a TTL where nothing is to be exported, and by deletion.
 *
 * <p>There are no transactions. Of a slice exactly those parts are exported and removed that were
 * there when it was looked at: rows that come meanwhile are in others, and the next look finds
 * them. What is keyed by an id goes with all its versions. Threading: one thread at a time, but for
 * {@link #cancel}.
 */
final class ClickHouseRetention implements RetentionStore {
    private static final Logger LOG = LoggerFactory.getLogger(ClickHouseRetention.class);

    /** How long one slice may take the server. */
    private static final Duration PATIENCE = Duration.ofHours(2);

    /** Callers that are named in one query, of 40 bytes or so. */
    private static final int MOST_RUNNING = 1_000;

    private static final Pattern TTL = Pattern.compile(" TTL (.+?)(?: SETTINGS .*)?$");

    private final ClickHouse server;
    private volatile @Nullable ConnectionImpl working;

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
        Matcher there = TTL.matcher(engine);
        String now = there.find() ? there.group(1) : "";
        if (!now.isEmpty() && !isOurs(now, place.time())) {
            LOG.warn("{} has a TTL of somebody else's, which is left: {}", place.name(), now);
        } else if (days > 0 && !now.equals(shown(place.time(), days))) {
            ClickHouse.execute(
                    connection,
                    "ALTER TABLE %s MODIFY TTL %s SETTINGS materialize_ttl_after_modify = 0"
                            .formatted(place.name(), shown(place.time(), days)));
        } else if (days == 0 && !now.isEmpty()) {
            ClickHouse.execute(connection, "ALTER TABLE " + place.name() + " REMOVE TTL");
        }
    }

    /** As the server writes it. */
    private static String shown(String time, int days) {
        return "toDateTime(" + time + ") + toIntervalDay(" + days + ")";
    }

    private static boolean isOurs(String ttl, String time) {
        return ttl.matches("toDateTime\\(" + time + "\\) \\+ toIntervalDay\\(\\d+\\)");
    }

    private static void bodiesTimeToLive(ConnectionImpl connection, int days) throws SQLException {
        String table =
                text(
                        connection,
                        "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'unified_logs'");
        for (String column : List.of("full_request_json", "full_response_json")) {
            // Up to the next column or index.
            String now = "";
            for (String line : table.replaceAll("\\s+", " ").split("(?= `| INDEX )", -1)) {
                int at = line.indexOf(" TTL ");
                if (line.startsWith(" `" + column + "` ") && at >= 0) {
                    now = line.substring(at + " TTL ".length()).replaceAll(", *$", "").strip();
                }
            }
            if (!now.isEmpty() && !isOurs(now, "timestamp")) {
                LOG.warn("{} has a TTL of somebody else's, which is left: {}", column, now);
            } else if (days > 0 && !now.equals(shown("timestamp", days))) {
                ClickHouse.execute(
                        connection,
                        "ALTER TABLE unified_logs MODIFY COLUMN %s TTL %s SETTINGS materialize_ttl_after_modify = 0"
                                .formatted(column, shown("timestamp", days)));
            } else if (days == 0 && !now.isEmpty()) {
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
        try (ConnectionImpl connection = server.connect(PATIENCE)) {
            working = connection;
            String slice = where(connection, table, from, before);
            // Rows that come from here on are in other parts, which are left to the next slice.
            String where = slice + parts(connection, table, slice);
            long rows = count(connection, table, where);
            if (file != null) {
                export(connection, query(table, where), file);
                long exported = rowsIn(file);
                if (exported != rows) {
                    // Parts that are merged meanwhile are not found any more.
                    file.drop();
                    throw new SQLTransactionRollbackException(
                            "of %d rows of %s from %s on %d were exported"
                                    .formatted(rows, table.tableName(), from, exported),
                            "40001");
                }
                file.keep();
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
        } catch (SQLTransactionRollbackException merged) {
            throw merged;
        } catch (SQLException | RuntimeException e) {
            throw ClickHouse.failure(e);
        } finally {
            working = null;
        }
    }

    /** The parts in which rows of a slice are now. */
    private static String parts(ConnectionImpl connection, RetainedTable table, String slice)
            throws SQLException {
        StringJoiner parts = new StringJoiner(", ", " AND _part IN (", ")").setEmptyValue("");
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT DISTINCT _part FROM " + place(table).name() + slice);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                parts.add(ClickHouse.quoted(rows.getString(1)));
            }
        }
        return parts.length() == 0 ? " AND false" : parts.toString();
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while exporting", e);
        } catch (ExecutionException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }

    /** A file that broke off is none that can be read. */
    private static long rowsIn(ExportFile file) throws SQLException, IOException {
        try (Connection reader = DriverManager.getConnection("jdbc:duckdb:");
                PreparedStatement select =
                        reader.prepareStatement("SELECT count(*) FROM read_parquet(?)")) {
            select.setString(1, file.written().toString());
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            file.drop();
            throw e;
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
                        running(connection, place, before),
                        table == RetainedTable.BODIES
                                ? " AND (full_request_json != '' OR full_response_json != '')"
                                : "");
    }

    private static String moment(Instant at) {
        return moment(RowBinary.micros(at));
    }

    private static String moment(long micros) {
        return "fromUnixTimestamp64Micro(" + micros + ", 'UTC')";
    }

    /**
     * A deletion may have no query within, and a query is no longer than 256 kB. So only the first
     * callers that run are named, and what came after the beginning of the next one is left out.
     */
    private static String running(ConnectionImpl connection, Place place, Instant before)
            throws SQLException {
        List<String> callers = new ArrayList<>();
        String bound = "";
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT caller_id, toUnixTimestamp64Micro(started_at) FROM sql_query_log WHERE completed_at IS NULL AND started_at < "
                                        + moment(before)
                                        + " ORDER BY started_at, caller_id LIMIT "
                                        + (MOST_RUNNING + 1));
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (callers.size() < MOST_RUNNING) {
                    callers.add(ClickHouse.quoted(rows.getString(1)));
                } else {
                    bound = " AND " + place.time() + " < " + moment(rows.getLong(2));
                }
            }
        }
        return bound
                + (callers.isEmpty()
                        ? ""
                        : callers.stream()
                                .collect(Collectors.joining(", ", " AND caller_id NOT IN (", ")")));
    }

    private static String text(ConnectionImpl connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    @Override
    public void cancel() {
        ConnectionImpl now = working;
        if (now != null) {
            ClickHouse.close(now);
        }
    }

    @Override
    public void close() {
        // Each use has a connection of its own.
    }
}
