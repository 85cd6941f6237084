package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The sessions that can be told to stop, by the process id that BackendKeyData told.
 *
 * <p>Threading: any thread.
 */
public final class Signals {
    private final ConcurrentMap<Integer, Target> running = new ConcurrentHashMap<>();

    /** One session, as others see it. */
    public interface Target {
        /** Who it belongs to. */
        String user();

        /** Ends the statement that runs, if one does. */
        void cancel();

        /** Ends the session. */
        void terminate();
    }

    public void add(int processId, Target target) {
        running.put(processId, target);
    }

    public void remove(int processId) {
        running.remove(processId);
    }

    /**
     * Cancels a session's statement, or ends the session.
     *
     * @param admin whether the asker may do so with anybody's
     * @return false if there is none of that number
     * @throws SqlException 42501 for somebody else's
     */
    public boolean signal(String asker, boolean admin, int processId, boolean terminate) {
        Target target = running.get(processId);
        if (target == null) {
            return false;
        }
        if (!admin && !target.user().equals(asker)) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    terminate
                            ? "must be a member of the role whose process is being terminated"
                            : "must be a member of the role whose query is being canceled");
        }
        if (terminate) {
            target.terminate();
        } else {
            target.cancel();
        }
        return true;
    }
}
