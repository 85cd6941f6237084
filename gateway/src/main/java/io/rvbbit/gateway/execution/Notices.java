package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlState;

/** Tells the client something that is no error. Threading: the session's thread only. */
public interface Notices {
    void tell(Severity severity, SqlState state, String message, String hint);

    default void notice(SqlState state, String message) {
        tell(Severity.NOTICE, state, message, "");
    }

    default void warning(SqlState state, String message) {
        tell(Severity.WARNING, state, message, "");
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
