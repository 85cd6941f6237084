package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Sums up the DuckDB books since a moment: once, at the start of a process.
 *
 * <p>An answer counts from when it came, an attempt without one from when it was sent. Threading:
 * one thread at a time.
 */
final class DuckDbSpending {
    private static final String SPENT =
            """
            SELECT coalesce(q.user_name, ''), sum(e.attempt_cost)
            FROM event_log e LEFT JOIN sql_query_log q ON q.caller_id = e.caller_id
            WHERE e."timestamp" >= make_timestamptz(?) AND e.attempt_cost > 0
            GROUP BY ALL\
            """;

    /** An attempt that the endpoint has not taken up says so in its error. */
    private static final String UNCOSTED =
            """
            SELECT coalesce(q.user_name, ''), s.provider, s.model_requested, s.full_request_json,
                epoch_us(s."timestamp")
            FROM event_log e
            JOIN event_log s ON s.session_id = e.session_id AND s.request_id = e.request_id
                AND s.event_type = 'turn_start'
            LEFT JOIN sql_query_log q ON q.caller_id = e.caller_id
            WHERE s."timestamp" >= make_timestamptz(?) AND e."timestamp" >= make_timestamptz(?)
                AND e.event_type IN ('turn_complete', 'turn_error') AND e.attempt_cost IS NULL
                AND coalesce(e.error_json ->> 'billed', '') <> 'false'\
            """;

    private final Connection connection;

    DuckDbSpending(Connection connection) {
        this.connection = connection;
    }

    void read(Instant since, SpendingReader reader) throws SQLException {
        long micros =
                TimeUnit.SECONDS.toMicros(since.getEpochSecond())
                        + TimeUnit.NANOSECONDS.toMicros(since.getNano());
        try (PreparedStatement select = connection.prepareStatement(SPENT)) {
            select.setLong(1, micros);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    reader.spent(rows.getString(1), rows.getObject(2, BigDecimal.class));
                }
            }
        }
        try (PreparedStatement select = connection.prepareStatement(UNCOSTED)) {
            select.setLong(1, micros);
            select.setLong(2, micros);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    reader.uncosted(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            Instant.EPOCH.plusNanos(
                                    TimeUnit.MICROSECONDS.toNanos(rows.getLong(5))));
                }
            }
        }
    }
}
