package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;

/**
 * The savepoints of one transaction, by PostgreSQL's rules: a name may stand more than once, and
 * the latest counts. Threading: the session's thread only.
 */
final class Savepoints {
    private final List<Savepoint> open = new ArrayList<>();

    /**
     * What there was when it was set.
     *
     * @param changes entries of the journal
     * @param portals the number of the next portal
     */
    record Savepoint(String name, int changes, long portals, Settings.Snapshot settings) {}

    void add(Savepoint savepoint) {
        open.add(savepoint);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    Savepoint latest() {
        return open.getLast();
    }

    /**
     * Forgets a savepoint and those after it.
     *
     * @throws SqlException 3B001
     */
    void release(String name) {
        open.subList(indexOf(name), open.size()).clear();
    }

    /**
     * Forgets those after a savepoint, which stays.
     *
     * @throws SqlException 3B001
     */
    Savepoint returnTo(String name) {
        int index = indexOf(name);
        open.subList(index + 1, open.size()).clear();
        return open.get(index);
    }

    void clear() {
        open.clear();
    }

    private int indexOf(String name) {
        for (int index = open.size() - 1; index >= 0; index--) {
            if (open.get(index).name().equals(name)) {
                return index;
            }
        }
        throw new SqlException(
                SqlState.INVALID_SAVEPOINT, "savepoint \"" + name + "\" does not exist");
    }
}
