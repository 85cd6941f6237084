package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.ModelException;

/** A fault of one row: the run ends, the statement need not. Stackless. */
final class RowFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;
    private final SqlState state;
    private final String hint;

    RowFailure(String errorClass, SqlState state, String message) {
        this(errorClass, state, message, "");
    }

    RowFailure(String errorClass, SqlState state, String message, String hint) {
        super(message, null, false, false);
        this.errorClass = errorClass;
        this.state = state;
        this.hint = hint;
    }

    /** A tool did not do its work; {@code passing}: another attempt may. */
    static RowFailure ofTool(String message, boolean passing) {
        return new RowFailure(
                passing ? JavaTools.PASSING : JavaTools.CLASS, SqlState.EXTERNAL_ROUTINE, message);
    }

    /** Whether another attempt of a tool may succeed. */
    boolean isPassing() {
        return errorClass.equals(JavaTools.PASSING);
    }

    static RowFailure timeout(String message) {
        return new RowFailure("timeout", SqlState.QUERY_CANCELED, message);
    }

    /** The row's or, if it is fatal, the statement's fault. */
    static RuntimeException of(ModelException e) {
        String message = String.valueOf(e.getMessage());
        if (e.isFatal()) {
            return new SqlException(e.state(), message, e).hint(e.hint());
        }
        return new RowFailure(e.errorClass(), e.state(), message, e.hint());
    }

    /** Nothing of the run is to go on: what comes after would be refused, or paid for nothing. */
    boolean endsRun() {
        return errorClass.equals(ModelException.BUDGET);
    }

    /** The same, saying first what it has come of. */
    RowFailure after(String what) {
        return new RowFailure(errorClass, state, what + ": " + getMessage(), hint);
    }

    /** The message with its hint, for a model that may do better. */
    String told() {
        return hint.isEmpty() ? String.valueOf(getMessage()) : getMessage() + " (" + hint + ")";
    }

    RowError error(int attempts) {
        return new RowError(errorClass, state, String.valueOf(getMessage()), attempts, hint);
    }
}
