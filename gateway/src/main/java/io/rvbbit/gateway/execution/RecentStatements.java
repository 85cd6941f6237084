package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.LiveStep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The statements with a caller that run, and those that have ended in the last 10 minutes.
 *
 * <p>Of the ended ones no more than 1,000 are kept, the newest. Threading: any thread.
 */
public final class RecentStatements {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST_KEPT = 1_000;

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, RunningStatement> running = new LinkedHashMap<>();
    private final Deque<StatementState> ended = new ArrayDeque<>();

    public RecentStatements(Clock clock) {
        this.clock = clock;
    }

    /** Shown until it has {@link #ended}. */
    void began(RunningStatement statement) {
        lock.lock();
        try {
            running.put(statement.origin().caller().value(), statement);
        } finally {
            lock.unlock();
        }
    }

    /** A statement that has ended goes on: it is shown once. */
    void goesOn(CallerId caller) {
        lock.lock();
        try {
            ended.removeIf(state -> state.origin().caller().equals(caller));
        } finally {
            lock.unlock();
        }
    }

    /** From now on the statement stands as it ended. */
    void ended(StatementState last) {
        lock.lock();
        try {
            running.remove(last.origin().caller().value());
            ended.addLast(last);
            forget();
        } finally {
            lock.unlock();
        }
    }

    /** All of them as they stand now, those that ended first, each in order of its end or start. */
    List<StatementState> all() {
        List<StatementState> states;
        List<RunningStatement> live;
        lock.lock();
        try {
            forget();
            states = new ArrayList<>(ended);
            live = List.copyOf(running.values());
        } finally {
            lock.unlock();
        }
        live.forEach(statement -> states.add(statement.state()));
        return states;
    }

    /** What the traced ones of those that run do themselves at the moment. */
    public List<LiveStep> steps() {
        lock.lock();
        try {
            return running.values().stream().flatMap(one -> one.step().stream()).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops a statement.
     *
     * @param admin whether the asker may do so with anybody's
     * @return false if no statement of that caller runs
     * @throws SqlException 42501 for somebody else's
     */
    public boolean cancel(String asker, boolean admin, String callerId) {
        RunningStatement statement;
        lock.lock();
        try {
            statement = running.get(callerId);
        } finally {
            lock.unlock();
        }
        if (statement == null) {
            return false;
        }
        if (!admin && !statement.origin().user().equals(asker)) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "must be a member of the role whose query is being canceled");
        }
        statement.cancel();
        return true;
    }

    private void forget() {
        Instant oldest = clock.instant().minus(KEPT);
        while (!ended.isEmpty()
                && (ended.size() > MOST_KEPT || hasEndedBefore(ended.getFirst(), oldest))) {
            ended.removeFirst();
        }
    }

    private static boolean hasEndedBefore(StatementState state, Instant moment) {
        Instant end = state.finishedAt();
        return end != null && end.isBefore(moment);
    }
}
