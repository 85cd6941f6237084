package io.rvbbit.rewriter;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a client is told about: its SQLSTATE is chosen by whoever detects the fault.
 *
 * <p>The message begins in lower case, names the offender in double quotes, and holds no secret. A
 * position is a 1-based count of characters in the text that the client sent; {@code 0} means
 * unknown. Threading: immutable.
 */
public final class SqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SqlState state;
    private final int position;
    private final String detail;
    private final String hint;
    private final String context;
    private final transient @Nullable Violated violated;

    /** The constraint that a change would break. */
    public record Violated(String schema, String table, String constraint) {}

    public SqlException(SqlState state, String message) {
        this(state, message, 0, "", "", "", null, null);
    }

    public SqlException(SqlState state, String message, Throwable cause) {
        this(state, message, 0, "", "", "", null, cause);
    }

    private SqlException(
            SqlState state,
            String message,
            int position,
            String detail,
            String hint,
            String context,
            @Nullable Violated violated,
            @Nullable Throwable cause) {
        super(message, cause);
        this.state = state;
        this.position = position;
        this.detail = detail;
        this.hint = hint;
        this.context = context;
        this.violated = violated;
    }

    /** The same failure, pointing at a character (1-based) of the client's text. */
    public SqlException at(int newPosition) {
        return copy(newPosition, detail, hint, context, violated);
    }

    /** The same failure with what to write instead. */
    public SqlException hint(String newHint) {
        return copy(position, detail, newHint, context, violated);
    }

    /** The same failure with facts that belong to it but not into its one-line message. */
    public SqlException detail(String newDetail) {
        return copy(position, newDetail, hint, context, violated);
    }

    /** The same failure when its text stands {@code characters} further right in the message. */
    public SqlException shifted(int characters) {
        return position == 0 ? this : copy(position + characters, detail, hint, context, violated);
    }

    /** The same failure with where it happened, such as {@code COPY t, line 3}. */
    public SqlException context(String newContext) {
        return copy(position, detail, hint, newContext, violated);
    }

    /** The same failure with the constraint's name, for programs. */
    public SqlException violating(String schema, String table, String constraint) {
        return copy(position, detail, hint, context, new Violated(schema, table, constraint));
    }

    private SqlException copy(
            int newPosition,
            String newDetail,
            String newHint,
            String newContext,
            @Nullable Violated newViolated) {
        String message = String.valueOf(getMessage());
        SqlException copy =
                new SqlException(
                        state,
                        message,
                        newPosition,
                        newDetail,
                        newHint,
                        newContext,
                        newViolated,
                        getCause());
        copy.setStackTrace(getStackTrace());
        return copy;
    }

    public SqlState state() {
        return state;
    }

    /** 1-based character in the client's text, or 0 where there is none. */
    public int position() {
        return position;
    }

    public Optional<String> detail() {
        return detail.isEmpty() ? Optional.empty() : Optional.of(detail);
    }

    public Optional<String> hint() {
        return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
    }

    public Optional<Violated> violated() {
        return Optional.ofNullable(violated);
    }

    public Optional<String> context() {
        return context.isEmpty() ? Optional.empty() : Optional.of(context);
    }
}
