package io.rvbbit.tracking;

import static io.rvbbit.tracking.ClickHouseStatements.moment;

import io.rvbbit.tracking.completion.CallStore.Slice;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Puts together, in ClickHouse, the calls of days that no worker has seen, from the log alone.
 *
 * <p>A day (UTC) is gone through in slices of time as in {@link DuckDbBackfill}. The day's row is
 * written after a slice's calls; a slice that ended before that is repeated, which leaves out what
 * is there and counts it by the slice's number. Threading: one thread at a time.
 */
final class ClickHouseBackfill {
    private static final int SLICE_PARTS = 20_000;
    private static final int MOST_ERRORS = 3;
    private static final long MINUTE = TimeUnit.MINUTES.toMicros(1);

    /** In the column of the log: no log has such an id. */
    private static final String BY = "backfill";

    private static final String DAY =
            """
            INSERT INTO backfill_day (batch_date, status, processed_count, error_count,
                processed_until, updated_at, slice, version)
            SELECT
            """;

    private final ClickHouseStatements sql;
    private final Instant now;

    ClickHouseBackfill(ClickHouseStatements sql, Instant now) {
        this.sql = sql;
        this.now = now;
    }

    /** The days since which a log was not told of its parts have to be gone through again. */
    static void again(ClickHouseStatements sql, String log) throws SQLException {
        sql.execute(
                DAY
                        + """
                        batch_date, 'pending', processed_count, error_count,
                            toDateTime64(batch_date, 6, 'UTC'), updated_at, slice + 1, version + 1
                        FROM backfill_day FINAL
                        WHERE batch_date >= (SELECT toDate(updated_at - INTERVAL 1 DAY)
                            FROM completion_step FINAL WHERE log_id = '%s')\
                        """
                                .formatted(log));
    }

    long request(LocalDate first, LocalDate last) throws SQLException {
        String range = "batch_date BETWEEN '" + first + "' AND '" + last + "'";
        sql.execute(
                DAY
                        + """
                        batch_date, 'pending', processed_count, 0, processed_until, %s, slice,
                            version + 1
                        FROM backfill_day FINAL WHERE status = 'failed' AND %s\
                        """
                                .formatted(moment(now), range));
        sql.execute(
                DAY
                        + """
                        toDate('%s') + number AS day, 'pending', 0, 0, toDateTime64(day, 6, 'UTC'),
                            %s, 0, 1
                        FROM numbers(%d) WHERE day NOT IN (SELECT batch_date FROM backfill_day)\
                        """
                                .formatted(
                                        first,
                                        moment(now),
                                        Math.max(0, ChronoUnit.DAYS.between(first, last) + 1)));
        return sql.numbers(
                        "SELECT count() FROM backfill_day FINAL WHERE status != 'completed' AND "
                                + range)[0];
    }

    static Optional<LocalDate> nextDay(ClickHouseStatements sql) throws SQLException {
        String day =
                sql.text(
                        """
                        SELECT toString(batch_date) FROM backfill_day FINAL
                        WHERE status IN ('pending', 'processing')
                        ORDER BY batch_date DESC LIMIT 1\
                        """);
        return day.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(day));
    }

    Slice slice(LocalDate day, Duration timeout) throws SQLException {
        long first = micros(day);
        long[] state =
                sql.numbers(
                        """
                        SELECT (SELECT toUnixTimestamp64Micro(max(began_at)) FROM completion_began),
                            toUnixTimestamp64Micro(processed_until), slice
                        FROM backfill_day FINAL WHERE batch_date = '%s'\
                        """
                                .formatted(day));
        // What began later is the workers'.
        long end = Math.min(micros(day.plusDays(1)), state[0]);
        long from = state[1];
        long until = sliceEnd(from, end);
        long number = (day.toEpochDay() << 32) + state[2];
        if (from < until) {
            insert(number, from, until, TimeUnit.HOURS.toSeconds(1), "has_start AND has_end");
        }
        boolean last = until >= end;
        if (last && first < end) {
            insert(
                    number,
                    first,
                    end,
                    ClickHouseCompletion.LATEST.toSeconds(),
                    "(has_start AND has_end OR ifNull(ended_at, started_at) <= "
                            + moment(now.minus(timeout))
                            + ")");
        }
        long calls =
                sql.numbers(
                                "SELECT count() FROM call_whole FINAL WHERE log_id = '%s' AND step = %d"
                                        .formatted(BY, number))[0];
        sql.execute(
                DAY
                        + """
                        batch_date, '%s', processed_count + %d, error_count, %s, %s, slice + 1,
                            version + 1
                        FROM backfill_day FINAL WHERE batch_date = '%s'\
                        """
                                .formatted(
                                        last ? "completed" : "processing",
                                        calls,
                                        moment(Math.max(from, until)),
                                        moment(now),
                                        day));
        return new Slice(calls, last);
    }

    void failed(LocalDate day) throws SQLException {
        sql.execute(
                DAY
                        + """
                        batch_date, if(error_count + 1 >= %d, 'failed', status), processed_count,
                            error_count + 1, processed_until, %s, slice, version + 1
                        FROM backfill_day FINAL WHERE batch_date = '%s'\
                        """
                                .formatted(MOST_ERRORS, moment(now), day));
    }

    /** So many whole minutes as have a slice's number of parts. */
    private long sliceEnd(long from, long end) throws SQLException {
        if (from >= end) {
            return end;
        }
        long[] minutes =
                sql.numbers(
                        """
                        SELECT maxIf(minute, before < %1$d), countIf(before >= %1$d)
                        FROM (
                            SELECT minute, sum(parts) OVER (ORDER BY minute) - parts AS before
                            FROM (
                                SELECT intDiv(toUnixTimestamp64Micro(recorded_at), %2$d) AS minute,
                                    count() AS parts
                                FROM call_parts_bare
                                WHERE recorded_at >= %3$s AND recorded_at < %4$s
                                GROUP BY minute))\
                        """
                                .formatted(SLICE_PARTS, MINUTE, moment(from), moment(end)));
        return minutes[1] == 0 ? end : Math.min(end, (minutes[0] + 1) * MINUTE);
    }

    /** What a worker has, or has been told of, is left to it. */
    private void insert(long number, long from, long until, long margin, String condition)
            throws SQLException {
        sql.execute(
                """
                INSERT INTO call_whole (%s, log_id, step)
                SELECT id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number,
                    model_requested, model, provider, started_at, ifNull(ended_at, started_at),
                    duration_ms, tokens_in, tokens_out, cost,
                    multiIf(NOT has_end, 'timeout', NOT has_start, 'no_start', j.status),
                    multiIf(
                        NOT has_end,
                        '{"class":"timeout","message":"no end of this call was recorded in time"}',
                        NOT has_start AND j.exception = '',
                        '{"class":"no_start","message":"no start of this call was recorded"}',
                        j.exception),
                    'backfill', %s, '%s', %d
                FROM call_joins(since = %d, before = %d, margin = %d) AS j
                WHERE %s AND id NOT IN (SELECT id FROM call_whole WHERE ended_at >= %s)
                    AND id NOT IN (SELECT request_id FROM call_part)
                    AND id NOT IN (SELECT id FROM call_half)\
                """
                        .formatted(
                                ClickHouseCompletion.WHOLE,
                                moment(now),
                                BY,
                                number,
                                from,
                                until,
                                margin,
                                condition,
                                moment(from - TimeUnit.SECONDS.toMicros(margin))));
    }

    private static long micros(LocalDate day) {
        return TimeUnit.SECONDS.toMicros(day.atStartOfDay(ZoneOffset.UTC).toEpochSecond());
    }
}
