package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.execution.CursorMove;
import io.rvbbit.gateway.execution.Cursors;

/**
 * The rows that one FETCH or MOVE passes, in its direction.
 *
 * <p>Threading: the session's thread only.
 */
final class PortalWalk implements RowIterator {
    private final PortalRows rows;
    private final CursorMove move;
    private final boolean forwardOnly;
    private long left;

    PortalWalk(PortalRows rows, CursorMove move, Cursors.Scroll scroll) {
        this.rows = rows;
        this.move = move;
        this.forwardOnly = scroll == Cursors.Scroll.NO_SCROLL;
        this.left =
                switch (move.direction()) {
                    case FORWARD, BACKWARD -> move.count() == 0 ? 1 : move.count();
                    case ABSOLUTE, RELATIVE -> 1;
                };
    }

    @Override
    public boolean next() {
        if (left == 0) {
            return false;
        }
        left -= left == CursorMove.ALL ? 0 : 1;
        boolean found =
                switch (move.direction()) {
                    case FORWARD -> move.count() == 0 ? stay() : rows.next();
                    case BACKWARD -> move.count() == 0 ? stay() : back(rows.position() - 1);
                    case RELATIVE ->
                            move.count() == 0 ? stay() : to(rows.position() + move.count());
                    case ABSOLUTE -> absolute();
                };
        if (!found) {
            left = 0;
        }
        return found;
    }

    /** FETCH 0 gives the current row again. */
    private boolean stay() {
        if (forwardOnly && rows.isOnRow() && !move.quiet()) {
            throw PortalRows.forwardOnly();
        }
        return rows.isOnRow() && rows.goTo(rows.position());
    }

    private boolean absolute() {
        if (move.count() >= 0) {
            return to(move.count());
        }
        rows.goBehindLast();
        return to(rows.total() + 1 + move.count());
    }

    private boolean to(long target) {
        return target > rows.position() ? rows.goTo(target) : back(target);
    }

    private boolean back(long target) {
        if (forwardOnly) {
            throw PortalRows.forwardOnly();
        }
        return rows.goTo(target);
    }

    @Override
    public Chunk chunk() {
        return rows.chunk();
    }

    @Override
    public int row() {
        return rows.row();
    }
}
