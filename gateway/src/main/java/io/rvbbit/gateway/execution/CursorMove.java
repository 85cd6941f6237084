package io.rvbbit.gateway.execution;

/**
 * Where FETCH or MOVE goes in the portal of that name.
 *
 * @param count rows, a row's number for ABSOLUTE, a distance for RELATIVE; {@link #ALL} for all
 * @param quiet whether it is a MOVE, which sends no rows
 */
public record CursorMove(String portal, Direction direction, long count, boolean quiet) {
    public static final long ALL = Long.MAX_VALUE;

    /** FETCH's words, with PRIOR and NEXT as steps of one. */
    public enum Direction {
        FORWARD,
        BACKWARD,
        ABSOLUTE,
        RELATIVE
    }
}
