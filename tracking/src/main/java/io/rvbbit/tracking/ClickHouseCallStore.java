package io.rvbbit.tracking;

import io.rvbbit.tracking.ClickHouseCallState.State;
import io.rvbbit.tracking.completion.CallStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls of one log in ClickHouse; the backfill is of all logs.
 *
 * <p>A log whose events went through Kafka has a line in each of its partitions, with positions of
 * its own: {@code log/0}, {@code log/1}, … All parts of a call are in one of them. Each line is
 * completed for itself.
 *
 * <p>What a method does takes several statements, of which the last makes it valid; repeating it
 * does what is missing. Threading: one thread at a time.
 */
final class ClickHouseCallStore implements CallStore {
    private final ClickHouseStatements sql;
    private final String log;

    ClickHouseCallStore(ClickHouse server, String log) {
        this.sql = new ClickHouseStatements(server);
        this.log = log;
    }

    /**
     * Before the first event of a process: remembers from when on the worker is told of all parts.
     *
     * <p>A time during which it was not told is the backfill's, which then has to look at the days
     * since once more.
     */
    static void begin(ClickHouseStatements sql, String log, boolean dualWrite, Instant now)
            throws SQLException {
        State state = ClickHouseCallState.read(sql, log);
        boolean known = state.step() > 0;
        if (!dualWrite) {
            if (!known || state.began() >= 0) {
                ClickHouseCallState.write(sql, log, state.begun(-1), now);
            }
        } else if (!known) {
            boolean told =
                    sql.numbers("SELECT count() FROM stored_position WHERE log_id = '" + log + "'")[
                                    0]
                            > 0;
            ClickHouseCallState.write(sql, log, state.begun(told ? RowBinary.micros(now) : 0), now);
        } else if (state.began() < 0) {
            ClickHouseBackfill.again(sql, log);
            ClickHouseCallState.write(sql, log, state.begun(RowBinary.micros(now)), now);
        }
    }

    @Override
    public long depth() throws SQLException {
        long depth = 0;
        for (String line : lines()) {
            State state = ClickHouseCallState.read(sql, line);
            depth +=
                    sql.numbers(
                                    "SELECT count() FROM call_part WHERE "
                                            + ClickHouseCallState.unseen(line, state.through()))[0];
        }
        return depth;
    }

    @Override
    public Step complete(Instant now, Duration timeout, long failures) throws SQLException {
        Step all = new Step(0, 0, false);
        for (String line : lines()) {
            State state = ClickHouseCallState.read(sql, line);
            // They are counted once.
            long counted = line.equals(log) ? failures : 0;
            Step one = new ClickHouseCompletion(sql, line, now, timeout, state).run(counted);
            all =
                    new Step(
                            all.parts() + one.parts(),
                            all.matched() + one.matched(),
                            all.more() || one.more());
        }
        return all;
    }

    /** The log itself first. */
    private List<String> lines() throws SQLException {
        List<String> lines = new ArrayList<>(List.of(log));
        lines.addAll(
                sql.texts(
                        "SELECT DISTINCT log_id FROM stored_position WHERE startsWith(log_id, '"
                                + log
                                + "/') ORDER BY log_id"));
        return lines;
    }

    @Override
    public long request(LocalDate first, LocalDate last, Instant now) throws SQLException {
        return new ClickHouseBackfill(sql, now).request(first, last);
    }

    @Override
    public Optional<LocalDate> nextDay() throws SQLException {
        return ClickHouseBackfill.nextDay(sql);
    }

    @Override
    public Slice backfill(LocalDate day, Instant now, Duration timeout) throws SQLException {
        return new ClickHouseBackfill(sql, now).slice(day, timeout);
    }

    @Override
    public void failed(LocalDate day, Instant now) throws SQLException {
        new ClickHouseBackfill(sql, now).failed(day);
    }

    @Override
    public void close() {
        sql.close();
    }
}
