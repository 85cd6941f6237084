package io.rvbbit.tracking;

import static io.rvbbit.tracking.ClickHouseStatements.moment;

import java.sql.SQLException;
import java.time.Instant;

/** How far the completion of one log's calls has come in ClickHouse. Threading: immutable. */
final class ClickHouseCallState {
    private ClickHouseCallState() {}

    /**
     * The row of the last step that is done.
     *
     * @param through the position up to which it has looked at all parts
     * @param generation under which stands what waits
     * @param began in microseconds, since when all parts are told; negative: they are not
     */
    record State(
            long step,
            long through,
            long generation,
            long began,
            long matched,
            long realtime,
            long duplicates,
            long late,
            long steps,
            long stepMillis,
            long latencyMillis,
            long errors) {
        /** After a step; what it did is added. */
        State next(
                long through,
                long generation,
                long matched,
                long realtime,
                long duplicates,
                long late,
                long latencyMillis) {
            return new State(
                    step + 1,
                    through,
                    generation,
                    began,
                    this.matched + matched,
                    this.realtime + realtime,
                    this.duplicates + duplicates,
                    this.late + late,
                    steps,
                    stepMillis,
                    this.latencyMillis + latencyMillis,
                    errors);
        }

        State failed(long times) {
            return new State(
                    step,
                    through,
                    generation,
                    began,
                    matched,
                    realtime,
                    duplicates,
                    late,
                    steps,
                    stepMillis,
                    latencyMillis,
                    errors + times);
        }

        State took(long millis) {
            return new State(
                    step,
                    through,
                    generation,
                    began,
                    matched,
                    realtime,
                    duplicates,
                    late,
                    steps + 1,
                    stepMillis + millis,
                    latencyMillis,
                    errors);
        }

        /** From a moment on all parts are told, or, if it is negative, none. */
        State begun(long micros) {
            return new State(
                    step + 1,
                    through,
                    generation,
                    micros,
                    matched,
                    realtime,
                    duplicates,
                    late,
                    steps,
                    stepMillis,
                    latencyMillis,
                    errors);
        }
    }

    /** All zero if there is none yet. */
    static State read(ClickHouseStatements sql, String log) throws SQLException {
        long[] row =
                sql.numbers(
                        """
                        SELECT step, through, generation,
                            ifNull(toUnixTimestamp64Micro(began_at), -1), matched, realtime,
                            duplicates, late, steps, step_ms, latency_ms, errors
                        FROM completion_step FINAL WHERE log_id = '%s'\
                        """
                                .formatted(log));
        return new State(
                row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9],
                row[10], row[11]);
    }

    static void write(ClickHouseStatements sql, String log, State state, Instant now)
            throws SQLException {
        sql.execute(
                """
                INSERT INTO completion_step
                SELECT '%s', %d, %d, %d, %s, %d, %d, %d, %d, %d, %d, %d, %d, %s\
                """
                        .formatted(
                                log,
                                state.step(),
                                state.through(),
                                state.generation(),
                                state.began() < 0 ? "NULL" : moment(state.began()),
                                state.matched(),
                                state.realtime(),
                                state.duplicates(),
                                state.late(),
                                state.steps(),
                                state.stepMillis(),
                                state.latencyMillis(),
                                state.errors(),
                                moment(now)));
    }

    /**
     * A condition for the parts that are whole batches behind a position: while a batch comes, it
     * is not yet looked at.
     */
    static String unseen(String log, long through) {
        return "log_id = '"
                + log
                + "' AND through > "
                + through
                + " AND through <= (SELECT max(through) FROM stored_position WHERE log_id = '"
                + log
                + "')";
    }
}
