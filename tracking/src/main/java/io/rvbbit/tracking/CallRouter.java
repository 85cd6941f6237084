package io.rvbbit.tracking;

import io.rvbbit.tracking.DuckDbTransactions.Statements;
import io.rvbbit.tracking.completion.CompletionWorker;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.duckdb.DuckDBConnection;

/**
 * Where a read of {@code calls} goes: for days since the cut-over that are complete to what the
 * worker has put together, for all others to the merged view.
 *
 * <p>A day is complete if it began after the worker did, or the backfill has been through it. If
 * the worker is off or does not get on, all days are merged: slower, and as true. Threading: any
 * thread.
 */
final class CallRouter {
    private static final Set<String> CAUGHT_UP = Set.of("calls", "calls_complete");
    private static final LocalDate FIRST = LocalDate.of(1971, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 1, 1);

    private final CompletionWorker worker;
    private final Duration patience;

    CallRouter(CompletionWorker worker, Duration patience) {
        this.worker = worker;
        this.patience = patience;
    }

    /** To be called before the read's snapshot is taken; whether what was recorded is complete. */
    boolean isCaughtUp(String table) {
        return CAUGHT_UP.contains(table) && worker.catchUp(patience);
    }

    /** What stands for {@code calls_bare} in a read that is caught up. */
    String source(DuckDBConnection connection) throws SQLException {
        LocalDate cutover = worker.policy().cutover().orElse(LAST);
        if (cutover.equals(LAST)) {
            return "calls_bare";
        }
        LocalDate complete = completeFrom(connection, cutover);
        Set<LocalDate> days = new TreeSet<>(backfilled(connection, cutover, complete));
        List<String> parts = new ArrayList<>();
        parts.add(whole(complete, LAST));
        LocalDate merged = FIRST;
        for (LocalDate day : days) {
            parts.add(whole(day, day.plusDays(1)));
            addMerged(parts, merged, day);
            merged = day.plusDays(1);
        }
        addMerged(parts, merged, complete);
        return "(" + String.join(" UNION ALL ", parts) + ")";
    }

    /** A source of bare calls with their project beside them. */
    static String withProject(String source) {
        return "(SELECT c.*, coalesce(s.database_name, '') AS project_id FROM "
                + source
                + " c LEFT JOIN sql_query_log s ON s.caller_id = c.caller_id)";
    }

    /** The first day, not before the cut-over, since which the worker has seen all parts. */
    private static LocalDate completeFrom(DuckDBConnection connection, LocalDate cutover)
            throws SQLException {
        long began =
                new Statements(connection)
                        .numbers(
                                "SELECT coalesce(epoch_us(began_at), epoch_us("
                                        + start(LAST)
                                        + ")) FROM completion_state")[0];
        Instant moment = Instant.EPOCH.plus(began, ChronoUnit.MICROS);
        LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
        // The day on which it began has a part that it has not seen; the first of all days has not.
        LocalDate seen = moment.equals(Instant.EPOCH) ? FIRST : day.plusDays(1);
        return seen.isAfter(cutover) ? seen : cutover;
    }

    private static List<LocalDate> backfilled(
            DuckDBConnection connection, LocalDate first, LocalDate before) throws SQLException {
        List<LocalDate> days = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT batch_date::VARCHAR FROM backfill_day WHERE status = 'completed'"
                                        + " AND batch_date >= DATE '"
                                        + first
                                        + "' AND batch_date < DATE '"
                                        + before
                                        + "'");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                days.add(LocalDate.parse(rows.getString(1)));
            }
        }
        return days;
    }

    private static String whole(LocalDate first, LocalDate before) {
        String range =
                " WHERE started_at >= " + start(first) + " AND started_at < " + start(before);
        return "FROM call_whole"
                + range
                + " UNION ALL FROM call_flagged"
                + range
                + " UNION ALL FROM call_open"
                + range;
    }

    private static void addMerged(List<String> parts, LocalDate first, LocalDate before) {
        if (first.isBefore(before)) {
            parts.add(
                    "FROM call_whole WHERE started_at >= %1$s AND started_at < %2$s UNION ALL FROM calls_of_parts(%1$s, %2$s, INTERVAL 1 DAY)"
                            .formatted(start(first), start(before)));
        }
    }

    private static String start(LocalDate day) {
        return "TIMESTAMPTZ '" + day + " 00:00:00+00'";
    }
}
