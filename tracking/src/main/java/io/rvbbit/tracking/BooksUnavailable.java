package io.rvbbit.tracking;

import org.jspecify.annotations.Nullable;

/** The books cannot be opened, or cannot be read just now; the message says why. */
public final class BooksUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BooksUnavailable(String message) {
        super(message);
    }

    public BooksUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
