package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event.StatementEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether one running statement has been told to stop, and what then has to be done.
 *
 * <p>Threading: any thread. Actions run on the cancelling thread and must not block.
 */
public final class Cancellation {
    public static final String USER_REQUEST = "canceling statement due to user request";
    public static final String TIMEOUT = StatementEnded.TIMED_OUT;
    public static final String CLIENT_GONE = "canceling statement because the client is gone";
    public static final String SHUTDOWN = "canceling statement because the server shuts down";

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private @Nullable String reason;
    private boolean over;

    /** Runs {@code action} when the statement is cancelled: at once if it already is. */
    public void onCancel(Runnable action) {
        boolean now;
        lock.lock();
        try {
            now = reason != null && !over;
            actions.add(action);
        } finally {
            lock.unlock();
        }
        if (now) {
            action.run();
        }
    }

    /** Stops the statement; the first reason counts. A statement that is over is left alone. */
    public void cancel(String why) {
        List<Runnable> due;
        lock.lock();
        try {
            if (over) {
                return;
            }
            if (reason == null) {
                reason = why;
            }
            due = List.copyOf(actions);
        } finally {
            lock.unlock();
        }
        due.forEach(Runnable::run);
    }

    /** The statement has ended: nothing is to be stopped any more. */
    public void over() {
        lock.lock();
        try {
            over = true;
            actions.clear();
        } finally {
            lock.unlock();
        }
    }

    public boolean isCancelled() {
        return cause().isPresent();
    }

    /** The 57014 that the client gets, if the statement was cancelled. */
    public Optional<SqlException> cause() {
        lock.lock();
        try {
            return Optional.ofNullable(reason)
                    .map(why -> new SqlException(SqlState.QUERY_CANCELED, why));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on only if nobody has cancelled.
     *
     * @throws SqlException 57014
     */
    public void check() {
        cause().ifPresent(cancelled -> {
            throw cancelled;
        });
    }
}
