package io.rvbbit.udf.cascade;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A template is wrong or could not be rendered; {@link #line} counts from 1 within the template, 0
 * where it is unknown.
 */
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String hint;

    TemplateFault(int line, String message) {
        this(line, message, "");
    }

    TemplateFault(int line, String message, String hint) {
        super(message, null, false, false);
        this.line = line;
        this.hint = hint;
    }

    int line() {
        return line;
    }

    String hint() {
        return hint;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** The fault that made {@code thrown} happen: the engine wraps what its parts throw. */
    static Optional<TemplateFault> within(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof TemplateFault fault) {
                return Optional.of(fault);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
