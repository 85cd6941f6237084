package io.rvbbit.tracking;

import static io.rvbbit.tracking.ClickHouseStatements.moment;

import io.rvbbit.tracking.ClickHouseCallState.State;
import io.rvbbit.tracking.completion.CallStore.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One step of putting one log's calls together in ClickHouse, all in SQL.
 *
 * <p>There are no transactions. A step adds whole calls, then all that still waits under a new
 * generation; it is done with the row that names this generation. Until then nothing that it read
 * has changed, so it can be repeated: calls that are whole already are left out, and what it counts
 * it counts by its number, which a repeated step has again. Threading: one thread at a time.
 */
final class ClickHouseCompletion {
    /** Parts of one step; more wait for the next. */
    private static final long MAX_PARTS = 500_000;

    /** Steps after which what they have left behind is deleted. */
    private static final long TIDY = 64;

    /** Of a generation, behind the milliseconds at which it was begun. */
    private static final int RANDOM_BITS = 20;

    /** How far the clock may have gone back between two parts of a call. */
    private static final Duration CLOCK_STEP = Duration.ofHours(1);

    /** How long a half that was flagged may still become whole, and how long a call may take. */
    static final Duration LATEST = Duration.ofDays(1);

    private static final String PART =
            "id, part, recorded_at, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number, model_requested, model, provider, status, duration_ms, tokens_in, tokens_out, cost, exception";

    /** The columns of a whole call, but whose it is and of which step. */
    static final String WHOLE =
            "id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number, model_requested, model, provider, started_at, ended_at, duration_ms, tokens_in, tokens_out, cost, status, exception, completion_source, created_at";

    private final ClickHouseStatements sql;
    private final String log;
    private final Instant now;
    private final State state;
    private final String due;
    private final String settled;
    private final String ofStep;
    private final long generation;

    ClickHouseCompletion(
            ClickHouseStatements sql, String log, Instant now, Duration timeout, State state) {
        this.sql = sql;
        this.log = log;
        this.now = now;
        this.state = state;
        // A start by when it was, an end by when it was first seen: its start may be on its way,
        // unless it was before the worker began.
        this.due =
                """
                (flagged_at IS NULL AND (if(part = 'start', recorded_at, queued_at) <= %s
                    OR part = 'end'
                        AND recorded_at - toIntervalMillisecond(ifNull(duration_ms, 0)) < %s))\
                """
                        .formatted(moment(now.minus(timeout)), moment(Math.max(0, state.began())));
        this.settled = "ifNull(flagged_at < " + moment(now.minus(LATEST)) + ", false)";
        this.generation = since(now) + ThreadLocalRandom.current().nextLong(1L << RANDOM_BITS);
        this.ofStep = "log_id = '" + log + "' AND step = " + (state.step() + 1);
    }

    /** The first generation of that moment. */
    private static long since(Instant moment) {
        return moment.toEpochMilli() << RANDOM_BITS;
    }

    Step run(long failures) throws SQLException {
        long began = System.nanoTime();
        long[] batches = batches();
        long through = Math.max(state.through(), batches[0]);
        boolean last = batches[3] == 0;
        String known = known(through);
        long[] found =
                sql.numbers(
                        "SELECT countIf(NOT fresh), countIf(%s), toUnixTimestamp64Micro(minIf(recorded_at, %1$s)), countIf(%s) FROM %s"
                                .formatted(due, settled, known));
        boolean overdue = last && found[1] > 0;
        if (batches[1] == 0 && !overdue && found[3] == 0) {
            if (failures > 0) {
                commit(state.failed(failures), began);
            }
            return new Step(0, 0, false);
        }
        String ended = whole("e.id", known, batches, overdue);
        if (batches[1] > 0) {
            join(known, ended, "if(s.fresh AND e.fresh, 'realtime', 'worker')");
        }
        if (overdue) {
            join(inLog(known, found[2]), ended, "'worker'");
        }
        String whole = whole("id", known, batches, overdue);
        if (found[3] > 0) {
            settle(known, whole);
        }
        keepHalves(known, whole, overdue);
        State after = counted(known, batches[1], found[0], through).failed(failures);
        commit(after, began);
        if (after.step() % TIDY == 0) {
            tidy(after);
        }
        return new Step(batches[1], after.matched() - state.matched(), !last);
    }

    /** The last batch of the step, its parts, the first time of these; batches that are left. */
    private long[] batches() throws SQLException {
        return sql.numbers(
                """
                SELECT maxIf(through, taken), sumIf(parts, taken),
                    toUnixTimestamp64Micro(minIf(first_at, taken)), countIf(NOT taken)
                FROM (
                    SELECT *, sum(parts) OVER (ORDER BY through) - parts < %d AS taken
                    FROM (
                        SELECT through, count() AS parts, min(timestamp) AS first_at
                        FROM call_part WHERE %s GROUP BY through))\
                """
                        .formatted(MAX_PARTS, ClickHouseCallState.unseen(log, state.through())));
    }

    /** What is new and what waits. */
    private String known(long through) {
        return """
        (SELECT %1$s, %2$s AS queued_at, CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS flagged_at,
            true AS fresh
        FROM call_told WHERE log_id = '%3$s' AND through > %4$d AND through <= %5$d
        UNION ALL
        SELECT %1$s, queued_at, flagged_at, false AS fresh
        FROM call_waiting WHERE log_id = '%3$s' AND generation = %6$d)\
        """
                .formatted(PART, moment(now), log, state.through(), through, state.generation());
    }

    /** Which ids are whole: looked up where they may be, which for a few is everywhere. */
    private String whole(String id, String known, long[] batches, boolean overdue) {
        StringBuilder whole = new StringBuilder();
        String among = id + " IN (SELECT id FROM call_whole WHERE ";
        whole.append('(').append(among).append(ofStep).append(')');
        if (batches[1] > 0) {
            long since = batches[2] - TimeUnit.SECONDS.toMicros(CLOCK_STEP.toSeconds());
            whole.append(" OR ").append(among).append("ended_at >= ").append(moment(since));
            whole.append(" AND id IN (SELECT id FROM ").append(known).append("))");
        }
        if (overdue) {
            whole.append(" OR ").append(among).append("id IN (SELECT id FROM ").append(known);
            whole.append(" WHERE ").append(due).append("))");
        }
        return whole.append(')').toString();
    }

    /** What has both halves becomes whole. */
    private void join(String parts, String whole, String source) throws SQLException {
        sql.execute(
                """
                INSERT INTO call_whole (%1$s, log_id, step)
                SELECT e.id, e.caller_id, e.session_id, e.cascade_id, e.cell_name, e.attempt_number,
                    e.turn_number, e.model_requested, e.model, e.provider, s.started_at,
                    e.recorded_at, e.duration_ms, e.tokens_in, e.tokens_out, e.cost, e.status,
                    e.exception, %2$s, %3$s, '%4$s', %5$d
                FROM (
                    SELECT id, min(recorded_at) AS started_at, min(fresh) AS fresh FROM %6$s
                    WHERE part = 'start' GROUP BY id
                ) AS s
                JOIN (
                    SELECT * FROM %6$s WHERE part = 'end' ORDER BY fresh, recorded_at LIMIT 1 BY id
                ) AS e ON e.id = s.id
                WHERE NOT %7$s\
                """
                        .formatted(
                                WHOLE, source, moment(now), log, state.step() + 1, parts, whole));
    }

    /** The other half may be older than the worker; both are looked up in the log. */
    private String inLog(String known, long first) {
        return """
        (SELECT %s, true AS fresh FROM call_parts_bare WHERE recorded_at >= %s
            AND id IN (SELECT id FROM %s WHERE %s))\
        """
                .formatted(
                        PART,
                        moment(first - TimeUnit.SECONDS.toMicros(LATEST.toSeconds())),
                        known,
                        due);
    }

    /** All that waits after this step; what has waited too long is flagged. */
    private void keepHalves(String known, String whole, boolean overdue) throws SQLException {
        sql.execute(
                """
                INSERT INTO call_waiting (log_id, generation, %1$s, queued_at, flagged_at)
                SELECT '%2$s', %3$d, %1$s, queued_at, %4$s
                FROM (SELECT * FROM %5$s ORDER BY fresh, recorded_at LIMIT 1 BY id, part)
                WHERE NOT %6$s\
                """
                        .formatted(
                                PART,
                                log,
                                generation,
                                overdue
                                        ? "if(" + due + ", " + moment(now) + ", flagged_at)"
                                        : "flagged_at",
                                known,
                                whole));
    }

    /** What has become of the step's parts, also of those that an earlier try has stored. */
    private State counted(String known, long parts, long waitingBefore, long through)
            throws SQLException {
        long[] pairs =
                sql.numbers(
                        """
                        SELECT count(), countIf(completion_source = 'realtime'),
                            sum(greatest(0, intDiv(toUnixTimestamp64Micro(created_at), 1000)
                                - intDiv(toUnixTimestamp64Micro(ended_at), 1000)))
                        FROM call_whole FINAL
                        WHERE %s AND status NOT IN ('timeout', 'no_start')\
                        """
                                .formatted(ofStep));
        long[] used =
                sql.numbers(
                        """
                        SELECT uniqExact(id, part), uniqExactIf(id, flagged_at IS NOT NULL) FROM %s
                        WHERE id IN (SELECT id FROM call_whole
                            WHERE %s AND status NOT IN ('timeout', 'no_start'))\
                        """
                                .formatted(known, ofStep));
        long[] left =
                sql.numbers(
                        """
                        SELECT
                            (SELECT count() FROM call_waiting
                            WHERE log_id = '%s' AND generation = %d),
                            (SELECT count() FROM call_whole FINAL
                            WHERE %s AND status IN ('timeout', 'no_start'))\
                        """
                                .formatted(log, generation, ofStep));
        return state.next(
                through,
                generation,
                pairs[0],
                pairs[1],
                parts + waitingBefore - left[0] - left[1] - used[0],
                used[1],
                pairs[2]);
    }

    /** What stayed half for a day is a call of its own from then on. */
    private void settle(String known, String whole) throws SQLException {
        sql.execute(
                """
                INSERT INTO call_whole (%1$s, log_id, step)
                SELECT %1$s, '%2$s', %3$d FROM call_flagged
                WHERE id IN (SELECT id FROM %4$s WHERE %5$s) AND NOT %6$s\
                """
                        .formatted(WHOLE, log, state.step() + 1, known, settled, whole));
    }

    private void commit(State after, long began) throws SQLException {
        ClickHouseCallState.write(
                sql,
                log,
                after.took(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)),
                now);
    }

    /**
     * A read that has begun may still be in the generation before; and another worker, of a gateway
     * that was taken for gone, in this same step: it needs what the step began with, and what it
     * writes itself.
     */
    private void tidy(State after) throws SQLException {
        sql.execute(
                "DELETE FROM call_part WHERE log_id = '%s' AND through <= %d"
                        .formatted(log, state.through()));
        sql.execute(
                "DELETE FROM call_waiting WHERE log_id = '%s' AND generation NOT IN (%d, %d) AND generation < %d"
                        .formatted(
                                log,
                                after.generation(),
                                state.generation(),
                                since(now.minus(CLOCK_STEP))));
    }
}
