package io.rvbbit.tracking;

import static io.rvbbit.tracking.ClickHouseStatements.moment;

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
 * completed for itself, by the log's own gateway; if that has left something undone for so long
 * that it must be gone, by whoever has the partition. Should both do it, nothing is lost or
 * doubled.
 *
 * <p>What a method does takes several statements, of which the last makes it valid; repeating it
 * does what is missing. Threading: one thread at a time.
 */
final class ClickHouseCallStore implements CallStore {
    /** How often it is looked for logs that nobody completes. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final ClickHouseStatements sql;
    private final String log;
    private final PartitionShare share;
    private Instant looked = Instant.MIN;

    /** {@code share}: the partitions of other logs that are completed here, if nobody else does. */
    ClickHouseCallStore(ClickHouse server, String log, PartitionShare share) {
        this.sql = new ClickHouseStatements(server);
        this.log = log;
        this.share = share;
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
        SQLException failure = null;
        List<String> lines = lines();
        lines.addAll(abandoned(now, timeout));
        for (String line : lines) {
            // Counted once, and only where the whole step succeeds.
            boolean counts = failure == null && line.equals(lines.getLast());
            try {
                State state = ClickHouseCallState.read(sql, line);
                Step one =
                        new ClickHouseCompletion(sql, line, now, timeout, state)
                                .run(counts ? failures : 0);
                all =
                        new Step(
                                all.parts() + one.parts(),
                                all.matched() + one.matched(),
                                all.more() || one.more());
            } catch (SQLException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return all;
    }

    /**
     * Lines of our partitions in which others have left parts unseen for {@code timeout}, or halves
     * unflagged for twice that: a gateway that runs needs seconds.
     */
    private List<String> abandoned(Instant now, Duration timeout) throws SQLException {
        Duration pause = timeout.compareTo(LOOK) < 0 ? timeout : LOOK;
        if (share.size() == 0 || looked.isAfter(now.minus(pause))) {
            return List.of();
        }
        List<String> found =
                sql.texts(
                        """
                        SELECT log_id FROM call_depth WHERE oldest <= %s
                        UNION DISTINCT
                        SELECT log_id FROM call_half
                        WHERE flagged_at IS NULL AND queued_at <= %s OR flagged_at <= %s
                        ORDER BY log_id\
                        """
                                .formatted(
                                        moment(now.minus(timeout)),
                                        moment(now.minus(timeout.multipliedBy(2))),
                                        moment(
                                                now.minus(ClickHouseCompletion.LATEST)
                                                        .minus(timeout.multipliedBy(2)))));
        looked = now;
        return found.stream().filter(this::isOthersOfOurs).toList();
    }

    /** Whether it is of another log, and of a partition that we have. */
    private boolean isOthersOfOurs(String line) {
        int slash = line.lastIndexOf('/');
        return slash >= 0
                && !line.startsWith(log + "/")
                && share.has(Integer.parseInt(line.substring(slash + 1)));
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
