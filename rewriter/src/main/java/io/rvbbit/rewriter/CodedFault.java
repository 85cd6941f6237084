package io.rvbbit.rewriter;

/**
 * Carries a fault's SQLSTATE and hint through the engine, which passes on an exception's message
 * alone.
 *
 * <p>It has no stack trace, which the engine would put into the message. Macros write the same form
 * by hand. Threading: immutable.
 */
public final class CodedFault extends RuntimeException {
    /** What stands before the message, as a regular expression with the group {@code coded}. */
    public static final String FORM = "\\[rvbbit (?<coded>[0-9A-Z]{5})\\]";

    /** What stands between the message and the hint, where there is one. */
    public static final String HINT = " [rvbbit hint] ";

    private static final long serialVersionUID = 1L;

    public CodedFault(SqlException fault) {
        super(
                "[rvbbit "
                        + fault.state().code()
                        + "] "
                        + line(String.valueOf(fault.getMessage()))
                        + fault.hint().map(hint -> HINT + line(hint)).orElse(""),
                null,
                false,
                false);
    }

    private static String line(String text) {
        return text.replace('\n', ' ');
    }
}
