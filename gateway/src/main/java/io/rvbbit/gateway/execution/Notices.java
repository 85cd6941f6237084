package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells the client something that is no error. Threading: the session's thread only. */
public interface Notices {
    void tell(Severity severity, SqlState state, String message, String hint);

    default void notice(SqlState state, String message) {
        tell(Severity.NOTICE, state, message, "");
    }

    default void warning(SqlState state, String message) {
        tell(Severity.WARNING, state, message, "");
    }

    /** A statement has got a caller, and stands on the books from now on. */
    default void began(CallerId caller) {}

    /** A statement with a caller has ended, and this is what it has come to. */
    default void ended(CallerId caller, Usage usage) {}

    /** What was told leaves now: something follows that may take long. */
    void flush();

    /**
     * Says a NOTICE every so often, also while the session's thread is busy.
     *
     * <p>One is left out when the client has not read what it was told before.
     *
     * @param text asked on another thread just before it is said; empty says nothing
     */
    Repetition repeat(Duration interval, Supplier<Optional<String>> text);

    /** What says a WARNING also while the session's thread is busy; made on that thread. */
    Aside aside(SqlState state, String hint);

    /** Says something at once. Threading: any thread. */
    interface Aside {
        /**
         * @param text asked for when it can be said; empty says nothing
         * @return false if it could not be said now
         */
        boolean tell(Supplier<Optional<String>> text);
    }

    /** A NOTICE that is said until this is closed. */
    interface Repetition extends AutoCloseable {
        @Override
        void close();
    }

    /** Ordered as {@code client_min_messages} orders them. */
    enum Severity {
        DEBUG,
        LOG,
        INFO,
        NOTICE,
        WARNING
    }
}
