package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Results and notices for whoever listens to the script that runs now.
 *
 * <p>Threading: the session's thread only.
 */
final class ScriptResults implements ResultSink, Notices {
    private final Settings settings;
    private @Nullable ScriptListener listener;

    ScriptResults(Settings settings) {
        this.settings = settings;
    }

    /** Null between two scripts. */
    void listener(@Nullable ScriptListener newListener) {
        listener = newListener;
    }

    private ScriptListener heard() {
        ScriptListener current = listener;
        if (current == null) {
            throw new IllegalStateException("no script runs");
        }
        return current;
    }

    @Override
    public void columns(List<Column> columns, List<Format> formats) {
        heard().columns(columns, settings);
    }

    @Override
    public Rows rows(List<Column> columns, List<Format> formats, Settings style) {
        return heard()::row;
    }

    @Override
    public void begins() {
        // What was told is told at once.
    }

    @Override
    public void flushRows() {
        heard().flush();
    }

    @Override
    public void rowsEnd() {
        // The end of the statement says it.
    }

    @Override
    public void abandonRows() {
        // The error says it.
    }

    @Override
    public void empty() {
        heard().complete("");
    }

    @Override
    public void suspended() {
        throw new IllegalStateException("a script asks for all rows");
    }

    @Override
    public void complete(String tag) {
        heard().complete(tag);
    }

    @Override
    public long copyOut(CopyOutPlan plan, RowIterator rows, Settings style) {
        throw noCopy().hint("send the query itself, in the format you want");
    }

    @Override
    public void copyIn(CopyInExecution copy, Cancellation cancellation, Settings style) {
        copy.abort();
        throw noCopy().hint("use INSERT, or COPY on the PostgreSQL port");
    }

    private static SqlException noCopy() {
        return new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED,
                "COPY through the connection: not supported over HTTP");
    }

    @Override
    public void tell(Severity severity, SqlState state, String message, String hint) {
        ScriptListener current = listener;
        if (current != null && settings.shows(severity)) {
            current.notice(severity, state, message, hint);
        }
    }

    @Override
    public void began(CallerId caller) {
        ScriptListener current = listener;
        if (current != null) {
            current.began(caller);
        }
    }

    @Override
    public void ended(CallerId caller, Usage usage) {
        ScriptListener current = listener;
        if (current != null) {
            current.ended(caller, usage);
        }
    }

    @Override
    public void flush() {
        // What was told is told at once.
    }

    /** How far a statement is can be read in rvbbit.progress. */
    @Override
    public Repetition repeat(Duration interval, Supplier<Optional<String>> text) {
        return () -> {};
    }

    /** Nothing can be said while the session's thread is busy; it is said when it is not. */
    @Override
    public Aside aside(SqlState state, String hint) {
        return _ -> !settings.shows(Severity.WARNING);
    }
}
