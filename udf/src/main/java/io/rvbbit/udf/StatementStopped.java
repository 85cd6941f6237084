package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells DuckDB that a function gives up; why is kept in the {@link QueryScope}.
 *
 * <p>DuckDB puts an exception's stack trace into its own message, so this one has none. Where there
 * is no scope, as for a token that nobody has, the message carries state and text. Threading:
 * immutable.
 */
public final class StatementStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern FORM = Pattern.compile("\\[rvbbit ([0-9A-Z]{5})] ([^\\n]*)");

    StatementStopped() {
        super("the statement was stopped", null, false, false);
    }

    private StatementStopped(String message) {
        super(message, null, false, false);
    }

    /** For a failure that no scope can keep. */
    static StatementStopped because(SqlException failure) {
        String text = String.valueOf(failure.getMessage()).replace('\n', ' ');
        return new StatementStopped("[rvbbit " + failure.state().code() + "] " + text);
    }

    /** The failure inside a DuckDB message, if a function without scope put one there. */
    public static Optional<SqlException> failureIn(String duckdbMessage) {
        Matcher matcher = FORM.matcher(duckdbMessage);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String code = matcher.group(1);
        return Arrays.stream(SqlState.values())
                .filter(state -> state.code().equals(code))
                .findFirst()
                .map(state -> new SqlException(state, matcher.group(2)));
    }
}
