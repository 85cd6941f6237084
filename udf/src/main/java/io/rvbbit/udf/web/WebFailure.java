package io.rvbbit.udf.web;

/** No good answer came. The message holds no secret. Stackless. */
public final class WebFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final int status;

    WebFailure(String message, boolean passing) {
        this(message, passing, 0);
    }

    WebFailure(String message, boolean passing, int status) {
        super(message, null, false, false);
        this.passing = passing;
        this.status = status;
    }

    /** The status of the answer; 0 where there is none. */
    public int status() {
        return status;
    }

    /** Whether another attempt may succeed. */
    public boolean isPassing() {
        return passing;
    }
}
