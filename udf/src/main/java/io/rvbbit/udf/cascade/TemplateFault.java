package io.rvbbit.udf.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A template is wrong or could not be rendered; {@link #line} counts from 1 within the template, 0
 * where it is unknown.
 */
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final boolean ofValue;
    private final String hint;

    // Of the same template.
    private final transient List<TemplateFault> others;

    TemplateFault(int line, String message) {
        this(line, message, "");
    }

    TemplateFault(int line, String message, String hint) {
        this(line, message, hint, false);
    }

    private TemplateFault(int line, String message, String hint, boolean ofValue) {
        this(line, message, hint, ofValue, List.of());
    }

    private TemplateFault(
            int line, String message, String hint, boolean ofValue, List<TemplateFault> others) {
        super(message, null, false, false);
        this.line = line;
        this.hint = hint;
        this.ofValue = ofValue;
        this.others = List.copyOf(others);
    }

    /** A value cannot stand where the template puts it; another row's may. */
    static TemplateFault ofValue(String message) {
        return new TemplateFault(0, message, "", true);
    }

    /** The same fault at a line of the template. */
    TemplateFault at(int newLine) {
        return new TemplateFault(Math.max(0, newLine), text(), hint, ofValue, others);
    }

    /** The first of several faults of a template. */
    TemplateFault with(List<TemplateFault> more) {
        return new TemplateFault(line, text(), hint, ofValue, more);
    }

    /** This one, and those that were found after it. */
    List<TemplateFault> all() {
        List<TemplateFault> all = new ArrayList<>(List.of(this));
        all.addAll(others);
        return all;
    }

    boolean isOfValue() {
        return ofValue;
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
