package io.rvbbit.udf.web;

/** No good answer came. The message holds no secret. Stackless. */
public final class WebFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    WebFailure(String message, boolean passing) {
        super(message, null, false, false);
        this.passing = passing;
    }

    /** Whether another attempt may succeed. */
    public boolean isPassing() {
        return passing;
    }
}
