package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.Batch;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.duckdb.DuckDBConnection;

/** Notes of a batch where in time its parts of calls lie. Threading: one thread at a time. */
final class DuckDbCallBatch {
    private DuckDbCallBatch() {}

    /** Within the batch's transaction: the completion of calls finds them by this row. */
    static void note(DuckDBConnection connection, Batch batch) throws SQLException {
        long parts = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Row<LogColumn> row : batch.logs()) {
            if (CallParts.isPart(row) && row.get(LogColumn.TIMESTAMP) instanceof Instant at) {
                long micros = DuckDbAppends.micros(at);
                first = Math.min(first, micros);
                last = Math.max(last, micros);
                parts++;
            }
        }
        if (parts == 0) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO call_batch"
                                + " VALUES (?, make_timestamptz(?), make_timestamptz(?), ?)")) {
            insert.setLong(1, batch.position());
            insert.setLong(2, first);
            insert.setLong(3, last);
            insert.setLong(4, parts);
            insert.execute();
        }
    }
}
