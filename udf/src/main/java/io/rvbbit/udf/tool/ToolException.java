package io.rvbbit.udf.tool;

/**
 * A tool could not do its work.
 *
 * <p>The message stands in the books, in the row's error, and is read by the model that called: no
 * secret belongs into it. Any other exception is told as "broke down" with its class alone.
 * Threading: immutable.
 */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private ToolException(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    /** Another attempt would fail the same way. */
    public static ToolException lasting(String message) {
        return new ToolException(message, false);
    }

    /** Another attempt may succeed: a cell tries again as its {@code retry} says. */
    public static ToolException passing(String message) {
        return new ToolException(message, true);
    }

    public boolean isPassing() {
        return passing;
    }
}
