package io.rvbbit.udf.llm;

import io.rvbbit.rewriter.SqlState;

/**
 * No good answer came.
 *
 * <p>{@link #isFatal} separates faults of the statement (credentials, unknown model), which fail it
 * whatever {@code on_error} says, from faults of one row. Threading: immutable.
 */
public final class ModelException extends RuntimeException {
    /** Class of the error of a call that no budget had room for. */
    public static final String BUDGET = "budget";

    private static final long serialVersionUID = 1L;

    private final String errorClass;
    private final SqlState state;
    private final boolean fatal;
    private final String hint;

    /**
     * @param errorClass one word for the books: unavailable, rate_limit, timeout, refused, length
     *     (cut off by the bound on output tokens), garbled, offline, budget; of the statement:
     *     unauthorized, no_credit, unknown_model, no_price
     */
    public ModelException(
            String errorClass, SqlState state, boolean fatal, String message, String hint) {
        super(message);
        this.errorClass = errorClass;
        this.state = state;
        this.fatal = fatal;
        this.hint = hint;
    }

    public String errorClass() {
        return errorClass;
    }

    public SqlState state() {
        return state;
    }

    public boolean isFatal() {
        return fatal;
    }

    public String hint() {
        return hint;
    }
}
