package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.RowStore;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a portal, and on which of them it stands: 0 is before the first.
 *
 * <p>One that scrolls keeps what it has read in a store, so that it can go back; any other holds no
 * more than one chunk. Threading: the session's thread only.
 */
final class PortalRows implements RowIterator, AutoCloseable {
    private static final long UNKNOWN = -1;

    private final Execution execution;
    private final Supplier<RowStore> stores;
    private @Nullable RowStore store;
    private @Nullable Chunk page;
    private long pageFirst;
    private long storeFirst;
    private long position;
    private long read;
    private long total = UNKNOWN;
    private boolean closed;

    /**
     * @param scrolls whether to keep what was read
     */
    PortalRows(Execution execution, boolean scrolls, Supplier<RowStore> stores) {
        this.execution = execution;
        this.stores = stores;
        if (scrolls) {
            store = stores.get();
        }
    }

    @Override
    public boolean next() {
        return !closed && goTo(position + 1);
    }

    /** How many rows, from where it stands, are wanted before it is told anew. */
    void demand(long rows) {
        long ahead = Math.max(0, read - position);
        execution.demand(rows == Long.MAX_VALUE ? rows : Math.max(0, rows - ahead));
    }

    /** What to do before rows are waited for. */
    void beforeWaiting(Runnable letGo) {
        execution.beforeWaiting(letGo);
    }

    boolean previous() {
        return !closed && goTo(position - 1);
    }

    /** Stands on that row if there is one, else before the first or behind the last. */
    boolean goTo(long target) {
        if (target < 1) {
            if (position > 0) {
                checkBack(0);
            }
            position = 0;
            return false;
        }
        if (!load(target - 1)) {
            position = total + 1;
            return false;
        }
        position = target;
        return true;
    }

    /** Stands behind the last row. */
    void goBehindLast() {
        boolean _ = goTo(Long.MAX_VALUE);
    }

    long position() {
        return position;
    }

    /** How many rows there are, once the last was passed. */
    long total() {
        return total;
    }

    /** Whether it stands on a row. */
    boolean isOnRow() {
        return position > 0 && (total == UNKNOWN || position <= total);
    }

    private boolean isInPage(long index) {
        Chunk here = page;
        return here != null && index >= pageFirst && index < pageFirst + here.rows();
    }

    private boolean load(long index) {
        if (isInPage(index)) {
            return true;
        }
        if (index < read) {
            checkBack(index);
            RowStore kept = store;
            if (kept == null) {
                throw forwardOnly();
            }
            RowStore.Page found = kept.read(index - storeFirst);
            page = found.chunk();
            pageFirst = found.first() + storeFirst;
            return true;
        }
        while (total == UNKNOWN) {
            Chunk chunk = execution.next();
            if (chunk == null) {
                total = read;
                page = null;
                break;
            }
            RowStore kept = store;
            if (kept != null) {
                kept.append(chunk);
            }
            page = chunk;
            pageFirst = read;
            read += chunk.rows();
            if (index < read) {
                return true;
            }
        }
        return false;
    }

    private void checkBack(long index) {
        if (!isInPage(index) && (store == null || index < storeFirst)) {
            throw forwardOnly();
        }
    }

    static SqlException forwardOnly() {
        return new SqlException(
                        SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cursor can only scan forward")
                .hint("Declare it with SCROLL option to enable backward scan.");
    }

    /** Reads all that is left and needs the statement no more: its transaction ends. */
    void hold() {
        if (store == null) {
            RowStore rest = stores.get();
            Chunk here = page;
            storeFirst = here == null ? read : pageFirst;
            if (here != null) {
                rest.append(here);
            }
            store = rest;
        }
        demand(Long.MAX_VALUE);
        while (total == UNKNOWN) {
            boolean _ = load(read);
        }
        page = null;
        execution.close();
    }

    @Override
    public Chunk chunk() {
        Chunk current = page;
        if (current == null) {
            throw new IllegalStateException("no row");
        }
        return current;
    }

    @Override
    public int row() {
        return (int) (position - 1 - pageFirst);
    }

    @Override
    public void close() {
        closed = true;
        page = null;
        execution.close();
        RowStore kept = store;
        if (kept != null) {
            store = null;
            kept.close();
        }
    }
}
