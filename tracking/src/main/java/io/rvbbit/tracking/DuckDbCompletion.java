package io.rvbbit.tracking;

import static io.rvbbit.tracking.DuckDbTransactions.moment;

import io.rvbbit.tracking.DuckDbTransactions.Statements;
import io.rvbbit.tracking.completion.CallStore.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One step of putting calls together in the DuckDB books, all in SQL.
 *
 * <p>{@code call_batch} tells which stretches of time have new parts. A stretch may hold parts that
 * were seen before, too: whatever is whole already is left out, so looking twice is harmless. Only
 * ids, times and row numbers are grouped; everything else of a call stands at its end and is copied
 * from there once. Threading: one thread at a time.
 */
final class DuckDbCompletion {
    /** Parts of one step; more wait for the next, so that a transaction stays short. */
    private static final long MAX_PARTS = 500_000;

    /** How far the clock may have gone back between two parts of a call. */
    private static final Duration CLOCK_STEP = Duration.ofHours(1);

    /** How long a half that was flagged may still become whole, and how long a call may take. */
    static final Duration LATEST = Duration.ofDays(1);

    private static final long FOR_EVER = Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    private final Statements sql;
    private final Instant now;
    private final String dueBefore;
    private long matched;
    private long atOnce;
    private long late;
    private long latencyMs;
    private long lookedUp;

    DuckDbCompletion(Statements sql, Instant now, Duration timeout) {
        this.sql = sql;
        this.now = now;
        this.dueBefore = moment(now.minus(timeout));
    }

    Step run(long failures) throws SQLException {
        long began = System.nanoTime();
        long waitingBefore = waiting();
        long[] batches =
                sql.numbers(
                        """
                        SELECT coalesce(max(through) FILTER (taken), -1), coalesce(sum(parts) FILTER (taken), 0)::BIGINT,
                            epoch_us(min(first_at) FILTER (taken)), epoch_us(max(last_at) FILTER (taken)),
                            count(*) FILTER (NOT taken)
                        FROM (SELECT *, sum(parts) OVER (ORDER BY through) - parts < %d AS taken
                            FROM call_batch)\
                        """
                                .formatted(MAX_PARTS));
        boolean changed = batches[0] >= 0;
        if (changed) {
            group(batches[2], batches[3]);
            join(batches[2], batches[3]);
            keepHalves(batches[2], batches[3]);
            sql.execute("DELETE FROM call_batch WHERE through <= " + batches[0]);
        }
        if (batches[4] == 0) {
            // Not before all has been seen: the other half may be in what is left.
            changed |= overdue();
        }
        long duplicates = batches[1] - 2 * matched + lookedUp - (waiting() - waitingBefore);
        changed |= settle();
        if (changed || failures > 0) {
            sql.execute("DROP TABLE IF EXISTS step_call");
            sql.execute(
                    """
                    UPDATE completion_state SET matched = matched + %d, realtime = realtime + %d,
                        duplicates = duplicates + %d, late = late + %d, steps = steps + 1,
                        step_ms = step_ms + %d, latency_ms = latency_ms + %d,
                        errors = errors + %d, updated_at = %s\
                    """
                            .formatted(
                                    matched,
                                    atOnce,
                                    duplicates,
                                    late,
                                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                                    latencyMs,
                                    failures,
                                    moment(now)));
        }
        return new Step(batches[1], matched, batches[4] > 0);
    }

    private long waiting() throws SQLException {
        return sql.numbers("SELECT count(*) FROM call_waiting")[0];
    }

    /** By id, what is new and what has waited for it; a row that waits has a negative number. */
    private void group(long first, long last) throws SQLException {
        sql.execute(
                """
                CREATE OR REPLACE TEMP TABLE step_call AS
                WITH fresh AS (
                    SELECT id, part, recorded_at, row_id FROM call_parts_bare
                    WHERE recorded_at BETWEEN %s AND %s
                ), known AS (
                    FROM fresh
                    UNION ALL
                    SELECT id, part, recorded_at, -1 - rowid FROM call_waiting
                    WHERE id IN (SELECT id FROM fresh)
                ), grouped AS (
                    SELECT id, min(recorded_at) FILTER (part = 'start') AS started_at,
                        min(recorded_at) FILTER (part = 'end') AS ended_at,
                        min(row_id) FILTER (part = 'start') AS start_row,
                        min(row_id) FILTER (part = 'end') AS end_row
                    FROM known GROUP BY id
                )
                FROM grouped g
                WHERE NOT EXISTS (FROM call_whole w WHERE w.id = g.id AND w.ended_at >= %s)\
                """
                        .formatted(
                                moment(first),
                                moment(last),
                                moment(first - TimeUnit.SECONDS.toMicros(CLOCK_STEP.toSeconds()))));
    }

    /** What has both halves becomes whole, and waits no more. */
    private void join(long first, long last) throws SQLException {
        long[] pairs =
                sql.numbers(
                        """
                        SELECT count(*), count(*) FILTER (start_row >= 0 AND end_row >= 0),
                            sum(greatest(0, %d - epoch_ms(ended_at)))::BIGINT
                        FROM step_call WHERE start_row IS NOT NULL AND end_row IS NOT NULL\
                        """
                                .formatted(now.toEpochMilli()));
        if (pairs[0] == 0) {
            return;
        }
        matched += pairs[0];
        atOnce += pairs[1];
        latencyMs += pairs[2];
        String values =
                """
                SELECT e.id, e.caller_id, e.session_id, e.cascade_id, e.cell_name, e.attempt_number,
                    e.turn_number, e.model_requested, e.model, e.provider, c.started_at,
                    e.recorded_at, e.duration_ms, e.tokens_in, e.tokens_out, e.cost, e.status,
                    e.exception, if(c.start_row >= 0 AND c.end_row >= 0, 'realtime', 'worker'), %s
                FROM step_call c JOIN %s ON %s
                WHERE c.start_row IS NOT NULL\
                """;
        sql.execute(
                "INSERT INTO call_whole "
                        + values.formatted(
                                moment(now),
                                "call_parts_bare e",
                                "e.row_id = c.end_row AND e.recorded_at BETWEEN %s AND %s"
                                        .formatted(moment(first), moment(last)))
                        + " UNION ALL "
                        + values.formatted(
                                moment(now), "call_waiting e", "-1 - e.rowid = c.end_row"));
        String whole =
                " FROM call_waiting WHERE id IN (SELECT id FROM step_call"
                        + " WHERE start_row IS NOT NULL AND end_row IS NOT NULL)";
        late += sql.numbers("SELECT count(flagged_at)" + whole)[0];
        sql.execute("DELETE" + whole);
    }

    private void keepHalves(long first, long last) throws SQLException {
        sql.execute(
                """
                INSERT INTO call_waiting
                SELECT e.* EXCLUDE (row_id), %s, NULL
                FROM step_call c JOIN call_parts_bare e ON e.row_id = coalesce(c.start_row, c.end_row)
                WHERE (c.start_row IS NULL OR c.end_row IS NULL)
                    AND e.recorded_at BETWEEN %s AND %s\
                """
                        .formatted(moment(now), moment(first), moment(last)));
    }

    /**
     * A start by when it was, an end by when it was first seen: its start may be on its way, unless
     * it was before the worker began.
     */
    private boolean overdue() throws SQLException {
        String due =
                " FROM call_waiting WHERE flagged_at IS NULL"
                        + " AND (if(part = 'start', recorded_at, queued_at) <= "
                        + dueBefore
                        + " OR part = 'end'"
                        + " AND recorded_at - to_milliseconds(coalesce(duration_ms, 0))"
                        + " < (SELECT began_at FROM completion_state))";
        long[] found = sql.numbers("SELECT count(*), epoch_us(min(recorded_at))" + due);
        if (found[0] == 0) {
            return false;
        }
        // A second end of a call that was whole long before.
        sql.execute("DELETE" + due + " AND id IN (SELECT id FROM call_whole)");
        long first = found[1] - TimeUnit.SECONDS.toMicros(LATEST.toSeconds());
        long last = TimeUnit.SECONDS.toMicros(FOR_EVER);
        long before = matched;
        // The other half may be older than the worker; both are looked up in the log.
        sql.execute(
                """
                CREATE OR REPLACE TEMP TABLE step_call AS
                SELECT id, min(recorded_at) FILTER (part = 'start') AS started_at,
                    min(recorded_at) FILTER (part = 'end') AS ended_at,
                    min(-1) FILTER (part = 'start') AS start_row,
                    min(row_id) FILTER (part = 'end') AS end_row
                FROM call_parts_bare
                WHERE recorded_at >= %2$s AND id IN (SELECT id %1$s)
                GROUP BY id\
                """
                        .formatted(due, moment(first)));
        join(first, last);
        lookedUp += matched - before;
        sql.execute(
                "UPDATE call_waiting SET flagged_at = "
                        + moment(now)
                        + due.replace(" FROM call_waiting", ""));
        return true;
    }

    /** What stayed half for a day is a call of its own from then on. */
    private boolean settle() throws SQLException {
        String settled = " FROM call_%s WHERE %s < " + moment(now.minus(LATEST));
        if (sql.numbers("SELECT count(*)" + settled.formatted("waiting", "flagged_at"))[0] == 0) {
            return false;
        }
        sql.execute("INSERT INTO call_whole" + settled.formatted("flagged", "created_at"));
        sql.execute("DELETE" + settled.formatted("waiting", "flagged_at"));
        return true;
    }
}
