package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.util.List;
import java.util.Optional;

/**
 * Hears what a script answers, statement by statement.
 *
 * <p>Whoever takes rows slowly slows the statement. Threading: the session's thread only.
 */
public interface ScriptListener {
    /** Why the script is not to go on, if it was cancelled before it could begin. */
    Optional<String> cancelled();

    /** A statement begins that gives rows of these columns. */
    void columns(List<Column> columns, Settings settings);

    /** One row; the chunk is valid until this returns. */
    void row(Chunk chunk, int row);

    /** Rows that were told leave, however few they are: more has to be waited for. */
    void flush();

    /** A statement has ended well, with PostgreSQL's command tag. */
    void complete(String tag);

    void notice(Notices.Severity severity, SqlState state, String message, String hint);

    /** The statement has a caller. */
    void began(CallerId caller);

    /** The caller's statement has ended, well or not. */
    void ended(CallerId caller, Usage usage);
}
