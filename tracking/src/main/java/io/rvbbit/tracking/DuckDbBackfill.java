package io.rvbbit.tracking;

import static io.rvbbit.tracking.DuckDbTransactions.moment;

import io.rvbbit.tracking.DuckDbTransactions.Statements;
import io.rvbbit.tracking.completion.CallStore.Slice;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the calls of days that the worker has not seen, from the log alone.
 *
 * <p>A day (UTC) is gone through in slices of time; how far it has come is written with each slice.
 * Whole calls come first; what has only one half, or took very long, with the last slice. What
 * began after the worker did, or waits for it, is left to it. Threading: one thread at a time.
 */
final class DuckDbBackfill {
    private static final int SLICE_PARTS = 20_000;
    private static final int MOST_ERRORS = 3;
    private static final long MINUTE = TimeUnit.MINUTES.toMicros(1);

    private final Statements sql;
    private final Instant now;

    DuckDbBackfill(Statements sql, Instant now) {
        this.sql = sql;
        this.now = now;
    }

    long request(LocalDate first, LocalDate last) throws SQLException {
        String range = "batch_date BETWEEN DATE '" + first + "' AND DATE '" + last + "'";
        sql.execute(
                "UPDATE backfill_day SET status = 'pending', error_count = 0, updated_at = "
                        + moment(now)
                        + " WHERE status = 'failed' AND "
                        + range);
        sql.execute(
                """
                INSERT INTO backfill_day
                SELECT d::DATE, 'pending', 0, 0, make_timestamptz(epoch_us(d)), %s
                FROM generate_series(TIMESTAMP '%s', TIMESTAMP '%s', INTERVAL 1 DAY) s(d)
                WHERE d::DATE NOT IN (SELECT batch_date FROM backfill_day)\
                """
                        .formatted(moment(now), first.atStartOfDay(), last.atStartOfDay()));
        return sql.numbers(
                        "SELECT count(*) FROM backfill_day WHERE status <> 'completed' AND "
                                + range)[0];
    }

    static Optional<LocalDate> nextDay(Statements sql) throws SQLException {
        @Nullable String day =
                sql.text(
                        "SELECT max(batch_date)::VARCHAR FROM backfill_day"
                                + " WHERE status IN ('pending', 'processing')");
        return Optional.ofNullable(day).map(LocalDate::parse);
    }

    Slice slice(LocalDate day, Duration timeout) throws SQLException {
        long first = micros(day);
        // What began later is the worker's; without one there is no later.
        long[] state =
                sql.numbers(
                        "SELECT coalesce(epoch_us(began_at), %d), epoch_us(processed_until) FROM completion_state, backfill_day WHERE batch_date = DATE '%s'"
                                .formatted(Long.MAX_VALUE, day));
        long end = Math.min(micros(day.plusDays(1)), state[0]);
        long from = state[1];
        long until = sliceEnd(from, end);
        long calls = from < until ? insert(from, until, "1 HOUR", "c.has_start AND c.has_end") : 0;
        boolean last = until >= end;
        if (last && first < end) {
            calls +=
                    insert(
                            first,
                            end,
                            "1 DAY",
                            "c.has_start AND c.has_end OR coalesce(c.ended_at, c.started_at) <= "
                                    + moment(now.minus(timeout)));
        }
        sql.execute(
                """
                UPDATE backfill_day SET status = '%s', processed_count = processed_count + %d,
                    processed_until = %s, updated_at = %s
                WHERE batch_date = DATE '%s'\
                """
                        .formatted(
                                last ? "completed" : "processing",
                                calls,
                                moment(Math.max(from, until)),
                                moment(now),
                                day));
        sql.execute("UPDATE completion_state SET backfilled = backfilled + " + calls);
        return new Slice(calls, last);
    }

    void failed(LocalDate day) throws SQLException {
        sql.execute(
                """
                UPDATE backfill_day SET error_count = error_count + 1, updated_at = %s,
                    status = if(error_count + 1 >= %d, 'failed', status)
                WHERE batch_date = DATE '%s'\
                """
                        .formatted(moment(now), MOST_ERRORS, day));
    }

    /** So many whole minutes as have a slice's number of parts. */
    private long sliceEnd(long from, long end) throws SQLException {
        if (from >= end) {
            return end;
        }
        long[] minutes =
                sql.numbers(
                        """
                        SELECT coalesce(max(minute) FILTER (before < %1$d), -1),
                            count(*) FILTER (before >= %1$d)
                        FROM (
                            SELECT minute, sum(parts) OVER (ORDER BY minute) - parts AS before
                            FROM (
                                SELECT epoch_us(recorded_at) // %2$d AS minute, count(*) AS parts
                                FROM call_parts_bare
                                WHERE recorded_at >= %3$s AND recorded_at < %4$s
                                GROUP BY minute))\
                        """
                                .formatted(SLICE_PARTS, MINUTE, moment(from), moment(end)));
        return minutes[1] == 0 ? end : Math.min(end, (minutes[0] + 1) * MINUTE);
    }

    private long insert(long from, long until, String margin, String condition)
            throws SQLException {
        return sql.execute(
                """
                INSERT INTO call_whole
                SELECT c.id, c.caller_id, c.session_id, c.cascade_id, c.cell_name, c.attempt_number,
                    c.turn_number, c.model_requested, c.model, c.provider, c.started_at,
                    coalesce(c.ended_at, c.started_at), c.duration_ms, c.tokens_in, c.tokens_out,
                    c.cost,
                    CASE WHEN NOT c.has_end THEN 'timeout' WHEN NOT c.has_start THEN 'no_start'
                        ELSE c.status END,
                    CASE WHEN NOT c.has_end
                        THEN '{"class":"timeout","message":"no end of this call was recorded in time"}'
                        WHEN NOT c.has_start AND c.exception = ''
                        THEN '{"class":"no_start","message":"no start of this call was recorded"}'
                        ELSE c.exception END,
                    'backfill', %s
                FROM call_joins(%s, %s, INTERVAL %s) c
                WHERE (%s) AND c.id NOT IN (SELECT id FROM call_waiting)\
                """
                        .formatted(moment(now), moment(from), moment(until), margin, condition));
    }

    private static long micros(LocalDate day) {
        return TimeUnit.SECONDS.toMicros(day.atStartOfDay(ZoneOffset.UTC).toEpochSecond());
    }
}
