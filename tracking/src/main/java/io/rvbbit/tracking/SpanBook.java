package io.rvbbit.tracking;

import static java.util.Locale.ROOT;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.SessionDirectory.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of the ends of statements that are traced, of their sessions, cells, attempts and
 * tools.
 *
 * <p>Everything that a span says stands in events that are recorded anyway: a statement that is
 * traced does no more than one that is not, and what a process that was killed left running ends as
 * a span, too, by the events that say so. Threading: the books' writer thread only.
 */
final class SpanBook {
    private final SessionDirectory directory;
    private final EndedSpans spans;

    /** What earlier runs of statements that were resumed took. */
    private final Map<String, Duration> earlierRuns = new HashMap<>();

    private final SpanNames names;
    private final BegunSpans begun;

    SpanBook(SessionDirectory directory, TraceOptions options) {
        this.directory = directory;
        this.names = new SpanNames(directory);
        this.spans = new EndedSpans(options);
        this.begun = new BegunSpans(directory, names, options);
    }

    /** What has begun; its ends are told here. */
    BegunSpans begun() {
        return begun;
    }

    /** The spans that have ended since the last call and are kept; the others leave now. */
    List<Row<SpanColumn>> take() {
        List<Row<SpanColumn>> ended = spans.take();
        ended.forEach(begun::ended);
        begun.show();
        return ended;
    }

    /** {@code last}: the row of the run before; null where nothing is known of it. */
    void resumed(CallerId caller, @Nullable Row<StatementColumn> last) {
        if (last != null
                && names.trace(last.text(StatementColumn.INVOCATION_METADATA_JSON)) != null
                && last.get(StatementColumn.DURATION_MS) instanceof Long milliseconds) {
            earlierRuns.put(caller.value(), Duration.ofMillis(milliseconds));
        }
    }

    void ended(Event.StatementEnded event, Row<StatementColumn> statement) {
        TraceContext context =
                names.trace(statement.text(StatementColumn.INVOCATION_METADATA_JSON));
        if (context == null) {
            return;
        }
        begun.statementEnded(event.caller());
        Duration earlier = earlierRuns.remove(event.caller().value());
        Duration took = earlier == null ? event.duration() : event.duration().minus(earlier);
        String status =
                switch (event.status()) {
                    case RUNNING, COMPLETED, PARTIAL -> "completed";
                    case CANCELLED -> event.timedOut() ? "timeout" : "cancelled";
                    case ERROR, ORPHANED -> "failed";
                };
        SpanText more =
                new SpanText()
                        .put("query_type", statement.text(StatementColumn.QUERY_TYPE))
                        .put("status", event.status().name().toLowerCase(ROOT))
                        .put("rows_input", event.rowsInput())
                        .put("rows_output", event.rowsOutput())
                        .put("calls", event.modelCalls())
                        .put("cache_hits", event.cacheHits())
                        .spend(event.usage());
        spans.add(
                        context,
                        event.caller().value(),
                        "gateway",
                        "statement",
                        status,
                        took,
                        event.at(),
                        0)
                .set(SpanColumn.SPAN_ID, names.ofStatement(statement))
                .set(SpanColumn.PARENT_SPAN_ID, context.parentSpanId())
                .set(SpanColumn.METADATA, more.toString())
                .set(SpanColumn.ERROR_MESSAGE, event.errorMessage())
                .set(
                        SpanColumn.ERROR_TYPE,
                        switch (status) {
                            case "completed" -> "";
                            case "timeout" -> status;
                            default -> event.status().name().toLowerCase(ROOT);
                        });
    }

    void ended(Event.SpanEnded event, UUID id) {
        TraceContext context = names.trace(directory.metadata(event.caller()));
        if (context == null) {
            return;
        }
        Row<SpanColumn> row =
                spans.add(
                                context,
                                event.caller().value(),
                                event.service(),
                                event.operation(),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                1)
                        .set(
                                SpanColumn.SPAN_ID,
                                event.spanId().isEmpty() ? names.id(id.toString()) : event.spanId())
                        .set(SpanColumn.PARENT_SPAN_ID, names.ofStatement(event.caller().value()))
                        .set(SpanColumn.METADATA, JsonText.orObject(event.metadataJson()));
        fault(row, event.errorJson());
    }

    void ended(Event.SessionEnded event, Session session) {
        TraceContext context = names.trace(session);
        if (context == null) {
            return;
        }
        begun.sessionEnded(event.sessionId());
        String status =
                event.status() == SessionStatus.CANCELLED
                        ? "cancelled"
                        : event.status() == SessionStatus.COMPLETED
                                ? "completed"
                                : status(event.errorJson());
        SpanText more = new SpanText().put("cascade_id", session.text(SessionColumn.CASCADE_ID));
        if (session.row().get(SessionColumn.SOURCE_ROW_INDEX) instanceof Long row) {
            more.put("source_row_index", row);
        }
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "cascade",
                                SpanNames.cascade(session),
                                status,
                                event.duration(),
                                event.at(),
                                1)
                        .set(SpanColumn.SPAN_ID, names.ofSession(session))
                        .set(SpanColumn.PARENT_SPAN_ID, names.parentOf(session))
                        .set(SpanColumn.METADATA, more.toString());
        fault(row, event.errorJson());
    }

    /** To be called while the session still has the cell open. */
    void ended(Event.CellEnded event, Session session, UUID id) {
        TraceContext context = names.trace(session);
        if (context == null) {
            return;
        }
        SpanText more =
                new SpanText()
                        .put("cell", event.cell())
                        .put("type", event.nodeType())
                        .put("attempts", event.attempts())
                        .spend(event.usage());
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "cascade",
                                SpanNames.in(session, "cell", event.cell()),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                2)
                        .set(
                                SpanColumn.SPAN_ID,
                                names.id(session.cells().getOrDefault(event.cell(), id.toString())))
                        .set(SpanColumn.PARENT_SPAN_ID, names.ofSession(session))
                        .set(SpanColumn.METADATA, more.toString());
        spans.asked(row, event.model(), event.provider());
        fault(row, event.errorJson());
    }

    void ended(Event.AttemptEnded event, Session session) {
        TraceContext context = names.trace(session);
        if (context == null) {
            return;
        }
        SpanText more =
                new SpanText()
                        .put("cell", event.cell())
                        .put("request_id", event.requestId())
                        .put("attempt", event.attempt())
                        .put("turn", event.turn())
                        .put("model_requested", event.modelRequested())
                        .takeOf(event)
                        .spend(event.usage());
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "model",
                                SpanNames.in(session, "chat", event.cell()),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                3)
                        .set(SpanColumn.SPAN_ID, names.id(event.requestId()))
                        .set(SpanColumn.PARENT_SPAN_ID, names.ofCell(session, event.cell()))
                        .set(SpanColumn.METADATA, more.toString());
        spans.asked(
                row,
                event.model().isEmpty() ? event.modelRequested() : event.model(),
                event.provider());
        fault(row, event.errorJson());
        if (row.text(SpanColumn.ERROR_TYPE).equals("unavailable") && saysNothing(event)) {
            row.set(SpanColumn.ERROR_TYPE, "connection");
        }
    }

    /** Nobody answered: what an endpoint says that is merely overloaded is kept. */
    private static boolean saysNothing(Event.AttemptEnded event) {
        return event.responseJson().isEmpty() || event.responseJson().equals("{}");
    }

    void ended(Event.ToolEnded event, Session session, UUID id) {
        TraceContext context = names.trace(session);
        if (context == null) {
            return;
        }
        SpanText more =
                new SpanText().put("cell", event.cell()).put("tool", event.tool()).takeOf(event);
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "tool",
                                SpanNames.in(session, "tool", event.cell()) + "." + event.tool(),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                3)
                        .set(SpanColumn.SPAN_ID, names.id(begun.began(event, id).toString()))
                        .set(SpanColumn.PARENT_SPAN_ID, names.ofCell(session, event.cell()))
                        .set(SpanColumn.METADATA, more.toString());
        fault(row, event.errorJson());
    }

    private Row<SpanColumn> add(
            TraceContext context,
            Session session,
            String service,
            String operation,
            String status,
            Duration took,
            Instant endedAt,
            int level) {
        String id = session.text(SessionColumn.SESSION_ID);
        return spans.add(
                        context,
                        session.text(SessionColumn.CALLER_ID),
                        service,
                        operation,
                        status,
                        took,
                        endedAt,
                        SpanNames.depth(session, level))
                .set(SpanColumn.SESSION_ID, id)
                .set(SpanColumn.EXECUTION_ID, id);
    }

    private static void fault(Row<SpanColumn> row, String errorJson) {
        if (!errorJson.isEmpty()) {
            String message = JsonText.field(errorJson, "message");
            row.set(SpanColumn.ERROR_MESSAGE, message.isEmpty() ? errorJson : message)
                    .set(SpanColumn.ERROR_TYPE, JsonText.field(errorJson, "class"));
        }
    }

    private static String status(String errorJson) {
        if (errorJson.isEmpty()) {
            return "completed";
        }
        return switch (JsonText.field(errorJson, "class")) {
            case "timeout" -> "timeout";
            case "cancelled" -> "cancelled";
            default -> "failed";
        };
    }
}
