package io.rvbbit.tracking;

import io.rvbbit.tracking.DuckDbTransactions.Statements;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** The days of calls in the DuckDB books. Threading: one thread at a time. */
record DuckDbCallDays(DuckDBConnection connection) implements CallDays {
    @Override
    public Complete since(LocalDate cutover) throws SQLException {
        LocalDate from = completeFrom(cutover);
        return new Complete(from, LAST, backfilled(cutover, from));
    }

    /** The first day, not before the cut-over, since which the worker has seen all parts. */
    private LocalDate completeFrom(LocalDate cutover) throws SQLException {
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

    private List<LocalDate> backfilled(LocalDate first, LocalDate before) throws SQLException {
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

    @Override
    public String whole(LocalDate first, LocalDate before) {
        String range =
                " WHERE started_at >= " + start(first) + " AND started_at < " + start(before);
        return "FROM call_whole"
                + range
                + " UNION ALL FROM call_flagged"
                + range
                + " UNION ALL FROM call_open"
                + range;
    }

    @Override
    public String merged(LocalDate first, LocalDate before) {
        return "FROM call_whole WHERE started_at >= %1$s AND started_at < %2$s UNION ALL FROM calls_of_parts(%1$s, %2$s, INTERVAL 1 DAY)"
                .formatted(start(first), start(before));
    }

    private static String start(LocalDate day) {
        return "TIMESTAMPTZ '" + day + " 00:00:00+00'";
    }

    /** A source of bare calls with their project beside them. */
    static String withProject(String source) {
        return "(SELECT c.*, coalesce(s.database_name, '') AS project_id FROM "
                + source
                + " c LEFT JOIN sql_query_log s ON s.caller_id = c.caller_id)";
    }
}
