package io.rvbbit.gateway.execution;

/**
 * Where FETCH or MOVE goes in the portal of that name.
 *
 * @param count rows, a row's number for ABSOLUTE, a distance for RELATIVE; {@link #ALL} for all
 * @param quiet whether it is a MOVE, which sends no rows
 */
public record CursorMove(String portal, Direction direction, long count, boolean quiet) {
    public static final long ALL = Long.MAX_VALUE;

    /** How many rows behind that position it passes at most. */
    public long rowsAhead(long position) {
        return switch (direction) {
            case FORWARD, RELATIVE -> Math.max(0, count);
            case BACKWARD -> 0;
            case ABSOLUTE -> count < 0 ? ALL : Math.max(0, count - position);
        };
    }

    /** FETCH's words, with PRIOR and NEXT as steps of one. */
    public enum Direction {
        FORWARD,
        BACKWARD,
        ABSOLUTE,
        RELATIVE
    }
}
