package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.OpenAttempt;
import io.rvbbit.tracking.EventStore.OpenCell;
import io.rvbbit.tracking.EventStore.Unfinished;
import io.rvbbit.tracking.SessionDirectory.Session;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows the steps of traced statements from when their beginnings are booked.
 *
 * <p>Of a statement that has ended nothing is shown any more. Threading: the books' writer thread
 * only.
 */
final class BegunSpans implements AutoCloseable {
    private final SessionDirectory directory;
    private final SpanNames names;
    private final TraceOptions options;
    private final RunningSpans.Part running;

    /** Of this batch: most spans of fast calls end in the batch in which they begin. */
    private final Map<String, RunningSpan> fresh = new HashMap<>();

    /** Ids of tools' beginnings by session, and there by tool: several of one may run at once. */
    private final Map<String, Map<Tool, Deque<UUID>>> tools = new HashMap<>();

    private record Tool(String cell, String name, int take) {}

    BegunSpans(SessionDirectory directory, SpanNames names, TraceOptions options) {
        this.directory = directory;
        this.names = names;
        this.options = options;
        this.running = options.running().open();
    }

    /** What ran when another process, or another gateway, had it. */
    void restore(Unfinished unfinished) {
        unfinished.statements().forEach(statement -> statement(statement.row(), null));
        for (Row<SessionColumn> row : unfinished.sessions()) {
            find(row.text(SessionColumn.SESSION_ID), this::session);
        }
        for (OpenCell cell : unfinished.cells()) {
            find(
                    cell.sessionId(),
                    session -> cell(session, cell.cell(), cell.nodeType(), cell.startedAt()));
        }
        for (OpenAttempt attempt : unfinished.attempts()) {
            find(
                    attempt.sessionId(),
                    session ->
                            attempt(
                                    session,
                                    new Event.AttemptStarted(
                                            attempt.sessionId(),
                                            attempt.cell(),
                                            attempt.requestId(),
                                            attempt.attempt(),
                                            attempt.turn(),
                                            attempt.take(),
                                            attempt.modelRequested(),
                                            attempt.provider(),
                                            "",
                                            attempt.startedAt())));
        }
        show();
    }

    private void find(String sessionId, Consumer<Session> found) {
        Session session = directory.find(sessionId);
        if (session != null) {
            found.accept(session);
        }
    }

    /**
     * {@code id}: of the event that tells; a later run's says when the first began. Null if that
     * event is not at hand.
     */
    void statement(Row<StatementColumn> row, @Nullable UUID id) {
        TraceContext context = names.trace(row.text(StatementColumn.INVOCATION_METADATA_JSON));
        if (context == null || !context.stored()) {
            return;
        }
        int run = SpanNames.run(row);
        Instant began =
                row.get(StatementColumn.STARTED_AT) instanceof Instant at ? at : Instant.EPOCH;
        String caller = row.text(StatementColumn.CALLER_ID);
        add(
                new RunningSpan(
                        names.ofStatement(row),
                        context.traceId(),
                        context.parentSpanId(),
                        caller,
                        row.text(StatementColumn.USER_NAME),
                        "",
                        "gateway",
                        "statement",
                        run > 1 && id != null ? MessageIds.timeOf(id) : began,
                        "",
                        "",
                        "",
                        SpanText.ofRunning(row.text(StatementColumn.QUERY_TYPE)),
                        0));
    }

    void session(Session session) {
        if (traced(session)
                && session.row().get(SessionColumn.STARTED_AT) instanceof Instant began) {
            SpanText more =
                    new SpanText().put("cascade_id", session.text(SessionColumn.CASCADE_ID));
            if (session.row().get(SessionColumn.SOURCE_ROW_INDEX) instanceof Long row) {
                more.put("source_row_index", row);
            }
            began(
                    session,
                    names.ofSession(session),
                    names.parentOf(session),
                    1,
                    "cascade",
                    SpanNames.cascade(session),
                    began,
                    "",
                    "",
                    more);
        }
    }

    /** To be called when the session has the cell open. */
    void cell(Session session, String cell, String nodeType, Instant at) {
        if (traced(session)) {
            began(
                    session,
                    names.ofCell(session, cell),
                    names.ofSession(session),
                    2,
                    "cascade",
                    SpanNames.in(session, "cell", cell),
                    at,
                    "",
                    "",
                    new SpanText().put("cell", cell).put("type", nodeType));
        }
    }

    void attempt(Session session, Event.AttemptStarted event) {
        if (traced(session)) {
            began(
                    session,
                    names.id(event.requestId()),
                    names.ofCell(session, event.cell()),
                    3,
                    "model",
                    SpanNames.in(session, "chat", event.cell()),
                    event.at(),
                    event.modelRequested(),
                    event.provider(),
                    new SpanText()
                            .put("cell", event.cell())
                            .put("request_id", event.requestId())
                            .put("attempt", event.attempt())
                            .put("turn", event.turn())
                            .put("model_requested", event.modelRequested())
                            .takeOf(event));
        }
    }

    void tool(Session session, Event.ToolStarted event, UUID id) {
        if (traced(session)) {
            tools.computeIfAbsent(event.sessionId(), _ -> new HashMap<>())
                    .computeIfAbsent(
                            new Tool(event.cell(), event.tool(), event.take()),
                            _ -> new ArrayDeque<>())
                    .add(id);
            began(
                    session,
                    names.id(id.toString()),
                    names.ofCell(session, event.cell()),
                    3,
                    "tool",
                    SpanNames.in(session, "tool", event.cell()) + "." + event.tool(),
                    event.at(),
                    "",
                    "",
                    new SpanText()
                            .put("cell", event.cell())
                            .put("tool", event.tool())
                            .takeOf(event));
        }
    }

    /** The event that the tool's span is called by: of its beginning, as far as that is known. */
    UUID began(Event.ToolEnded event, UUID id) {
        Deque<UUID> open =
                tools.getOrDefault(event.sessionId(), Map.of())
                        .get(new Tool(event.cell(), event.tool(), event.take()));
        return open == null || open.isEmpty() ? id : open.removeFirst();
    }

    private boolean traced(Session session) {
        TraceContext context = names.trace(session);
        return context != null && context.stored();
    }

    private void began(
            Session session,
            String spanId,
            String parentSpanId,
            int level,
            String service,
            String operation,
            Instant at,
            String model,
            String provider,
            SpanText more) {
        TraceContext context = names.trace(session);
        String caller = session.text(SessionColumn.CALLER_ID);
        Row<StatementColumn> statement = directory.running(caller);
        if (context == null || !context.stored() || statement == null) {
            return;
        }
        add(
                new RunningSpan(
                        spanId,
                        context.traceId(),
                        parentSpanId,
                        caller,
                        statement.text(StatementColumn.USER_NAME),
                        session.text(SessionColumn.SESSION_ID),
                        service,
                        operation,
                        at,
                        model,
                        provider,
                        provider.isEmpty() ? "" : options.regions().apply(provider),
                        more.toString(),
                        SpanNames.depth(session, level)));
    }

    private void add(RunningSpan span) {
        fresh.put(span.spanId(), span);
    }

    /** A step that has an end of its own. */
    void ended(Row<SpanColumn> span) {
        String id = span.text(SpanColumn.SPAN_ID);
        if (fresh.remove(id) == null) {
            running.ended(span.text(SpanColumn.CALLER_ID), id);
        }
    }

    /** All events of the batch are known: what has begun is shown from now on. */
    void show() {
        for (RunningSpan span : fresh.values()) {
            if (directory.running(span.callerId()) != null) {
                running.began(span);
            }
        }
        fresh.clear();
    }

    void sessionEnded(String sessionId) {
        tools.remove(sessionId);
    }

    void statementEnded(CallerId caller) {
        running.ended(caller.value());
    }

    /** The store has what was booked. */
    void stored() {
        running.stored();
    }

    @Override
    public void close() {
        running.close();
    }
}
