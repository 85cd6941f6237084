package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.session.ScriptListener;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one script: of several statements the last one's result.
 *
 * <p>Threading: the session's thread only, except {@link #cancel}.
 */
abstract class ScriptAnswer implements ScriptListener {
    private final Exchange exchange;
    private final String sessionId;
    private final int statements;
    private final long beganNanos = System.nanoTime();
    private final Spending spending = new Spending();
    private volatile @Nullable String cancelled;
    private @Nullable ResultColumns columns;
    private int completed;
    private long rows;
    private String command = "";

    ScriptAnswer(Exchange exchange, String sessionId, int statements) {
        this.exchange = exchange;
        this.sessionId = sessionId;
        this.statements = statements;
    }

    Exchange exchange() {
        return exchange;
    }

    String sessionId() {
        return sessionId;
    }

    Spending spending() {
        return spending;
    }

    /** Of the last statement; null while it has told none. */
    @Nullable ResultColumns resultColumns() {
        return columns;
    }

    /** Stops what waits for the client. Threading: any thread. */
    void cancel(String reason) {
        cancelled = reason;
    }

    @Override
    public Optional<String> cancelled() {
        return Optional.ofNullable(cancelled);
    }

    /**
     * @throws SqlException 57014 if the script was cancelled
     */
    void check() {
        String reason = cancelled;
        if (reason != null) {
            throw new SqlException(SqlState.QUERY_CANCELED, reason);
        }
    }

    private boolean isLast() {
        return completed == statements - 1;
    }

    @Override
    public void columns(List<Column> given, Settings settings) {
        if (isLast()) {
            columns = new ResultColumns(given, settings);
        }
    }

    @Override
    public void row(Chunk chunk, int row) {
        ResultColumns shown = columns;
        if (shown != null) {
            rows++;
            write(shown, chunk, row);
        }
    }

    /** Takes a row of the last statement. */
    abstract void write(ResultColumns shown, Chunk chunk, int row);

    @Override
    public void flush() {
        // Whole answers leave at their end.
    }

    @Override
    public void complete(String tag) {
        completed++;
        command = tag;
        if (columns == null) {
            rows = changed(tag);
        }
    }

    /** The number at the end of a command tag, such as of {@code INSERT 0 3}. */
    private static long changed(String tag) {
        String last = tag.substring(tag.lastIndexOf(' ') + 1);
        return last.matches("\\d{1,18}") ? Long.parseLong(last) : 0;
    }

    @Override
    public void notice(Notices.Severity severity, SqlState state, String message, String hint) {
        spending.notice(severity, state, message, hint);
    }

    @Override
    public void began(CallerId caller) {
        spending.began(caller);
    }

    @Override
    public void ended(CallerId caller, Usage usage) {
        spending.ended(caller, usage);
    }

    /** The script has run well; what is to be done once its session is free. */
    abstract Runnable finished();

    /** The script has failed; what is to be done once its session is free. */
    abstract Runnable failed(Refusal refusal);

    ArrayNode columnsJson() {
        ResultColumns shown = columns;
        return shown == null ? Json.MAPPER.createArrayNode() : shown.json();
    }

    /** What stands behind the rows. */
    ObjectNode tail() {
        ObjectNode tail = Json.MAPPER.createObjectNode();
        tail.put("row_count", rows);
        tail.put("command", command);
        tail.put("session_id", sessionId);
        spending.writeTo(tail);
        tail.put("execution_time_ms", milliseconds());
        spending.writeNotices(tail);
        return tail;
    }

    ObjectNode error(Refusal refusal) {
        ObjectNode json = refusal.json(exchange.id());
        json.put("session_id", sessionId);
        spending.writeTo(json);
        json.put("execution_time_ms", milliseconds());
        spending.writeNotices(json);
        return json;
    }

    private double milliseconds() {
        return Math.round((System.nanoTime() - beganNanos) / 1e3) / 1e3;
    }
}
