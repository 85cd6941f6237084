package io.rvbbit.tracking;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Sums up a cascade's calls in the DuckDB books. Threading: one thread at a time. */
final class DuckDbStatistics {
    private static final String CALLS =
            """
            SELECT cell_name, provider, model_requested, count(*),
                avg(attempt_tokens_in), avg(attempt_tokens_out),
                coalesce(stddev_samp(attempt_tokens_out), 0),
                count(attempt_cost), coalesce(avg(attempt_cost::DOUBLE), 0),
                coalesce(stddev_samp(attempt_cost::DOUBLE), 0), coalesce(avg(duration_ms), 0)
            FROM event_log
            WHERE event_type = 'turn_complete' AND cascade_id = ? AND attempt_tokens_out IS NOT NULL
            GROUP BY ALL\
            """;

    private DuckDbStatistics() {}

    static List<CallStatistics> read(Connection connection, String cascadeId) throws SQLException {
        List<CallStatistics> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(CALLS)) {
            select.setString(1, cascadeId);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    all.add(
                            new CallStatistics(
                                    rows.getString(1),
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getLong(4),
                                    rows.getDouble(5),
                                    rows.getDouble(6),
                                    rows.getDouble(7),
                                    rows.getLong(8),
                                    rows.getDouble(9),
                                    rows.getDouble(10),
                                    rows.getDouble(11)));
                }
            }
        }
        return all;
    }
}
