package io.rvbbit.tracking;

import static io.rvbbit.tracking.TraceContext.spanId;
import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    private String metadata = "";
    private @Nullable TraceContext trace;

    SpanBook(SessionDirectory directory, TraceOptions options) {
        this.directory = directory;
        this.spans = new EndedSpans(options);
    }

    /** The spans that have ended since the last call and are kept; the others leave now. */
    List<Row<SpanColumn>> take() {
        return spans.take();
    }

    /** The id of a statement's span; each run has one of its own. */
    static String ofStatement(CallerId caller, int run) {
        return spanId(caller.value() + ":" + run);
    }

    /** {@code last}: the row of the run before; null where nothing is known of it. */
    void resumed(CallerId caller, @Nullable Row<StatementColumn> last) {
        if (last != null
                && trace(last.text(StatementColumn.INVOCATION_METADATA_JSON)) != null
                && last.get(StatementColumn.DURATION_MS) instanceof Long milliseconds) {
            earlierRuns.put(caller.value(), Duration.ofMillis(milliseconds));
        }
    }

    void ended(Event.StatementEnded event, Row<StatementColumn> statement) {
        TraceContext context = trace(statement.text(StatementColumn.INVOCATION_METADATA_JSON));
        if (context == null) {
            return;
        }
        Duration earlier = earlierRuns.remove(event.caller().value());
        Duration took = earlier == null ? event.duration() : event.duration().minus(earlier);
        String status =
                switch (event.status()) {
                    case RUNNING, COMPLETED, PARTIAL -> "completed";
                    case CANCELLED -> event.timedOut() ? "timeout" : "cancelled";
                    case ERROR, ORPHANED -> "failed";
                };
        ObjectNode more = json();
        more.put("query_type", statement.text(StatementColumn.QUERY_TYPE));
        more.put("status", event.status().name().toLowerCase(ROOT));
        more.put("rows_input", event.rowsInput());
        more.put("rows_output", event.rowsOutput());
        more.put("calls", event.modelCalls());
        more.put("cache_hits", event.cacheHits());
        spend(more, event.usage());
        spans.add(
                        context,
                        event.caller().value(),
                        "gateway",
                        "statement",
                        status,
                        took,
                        event.at(),
                        0)
                .set(SpanColumn.SPAN_ID, ofStatement(event.caller(), run(statement)))
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
        TraceContext context = trace(directory.metadata(event.caller()));
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
                        .set(SpanColumn.SPAN_ID, spanId(id.toString()))
                        .set(
                                SpanColumn.PARENT_SPAN_ID,
                                ofStatement(event.caller(), run(event.caller())))
                        .set(SpanColumn.METADATA, JsonText.orObject(event.metadataJson()));
        fault(row, event.errorJson());
    }

    void ended(Event.SessionEnded event, Session session) {
        TraceContext context = trace(session);
        if (context == null) {
            return;
        }
        String status =
                event.status() == SessionStatus.CANCELLED
                        ? "cancelled"
                        : event.status() == SessionStatus.COMPLETED
                                ? "completed"
                                : status(event.errorJson());
        ObjectNode more = json();
        more.put("cascade_id", session.text(SessionColumn.CASCADE_ID));
        if (session.row().get(SessionColumn.SOURCE_ROW_INDEX) instanceof Long row) {
            more.put("source_row_index", row);
        }
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "cascade",
                                "cascade " + session.text(SessionColumn.CASCADE_ID),
                                status,
                                event.duration(),
                                event.at(),
                                1)
                        .set(SpanColumn.SPAN_ID, ofSession(session))
                        .set(SpanColumn.PARENT_SPAN_ID, parentOf(session))
                        .set(SpanColumn.METADATA, more.toString());
        fault(row, event.errorJson());
    }

    /** To be called while the session still has the cell open. */
    void ended(Event.CellEnded event, Session session, UUID id) {
        TraceContext context = trace(session);
        if (context == null) {
            return;
        }
        ObjectNode more = json();
        more.put("cell", event.cell());
        more.put("type", event.nodeType());
        more.put("attempts", event.attempts());
        spend(more, event.usage());
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "cascade",
                                "cell " + in(session, event.cell()),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                2)
                        .set(
                                SpanColumn.SPAN_ID,
                                spanId(session.cells().getOrDefault(event.cell(), id.toString())))
                        .set(SpanColumn.PARENT_SPAN_ID, ofSession(session))
                        .set(SpanColumn.METADATA, more.toString());
        spans.asked(row, event.model(), event.provider());
        fault(row, event.errorJson());
    }

    void ended(Event.AttemptEnded event, Session session) {
        TraceContext context = trace(session);
        if (context == null) {
            return;
        }
        ObjectNode more = json();
        more.put("cell", event.cell());
        more.put("request_id", event.requestId());
        more.put("attempt", event.attempt());
        more.put("turn", event.turn());
        more.put("model_requested", event.modelRequested());
        spend(more, event.usage());
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "model",
                                "chat " + in(session, event.cell()),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                3)
                        .set(SpanColumn.SPAN_ID, spanId(event.requestId()))
                        .set(
                                SpanColumn.PARENT_SPAN_ID,
                                spanId(LogEntries.cellOf(session, event.cell())))
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
        TraceContext context = trace(session);
        if (context == null) {
            return;
        }
        ObjectNode more = json();
        more.put("cell", event.cell());
        more.put("tool", event.tool());
        Row<SpanColumn> row =
                add(
                                context,
                                session,
                                "tool",
                                "tool " + in(session, event.cell()) + "." + event.tool(),
                                status(event.errorJson()),
                                event.duration(),
                                event.at(),
                                3)
                        .set(SpanColumn.SPAN_ID, spanId(id.toString()))
                        .set(
                                SpanColumn.PARENT_SPAN_ID,
                                spanId(LogEntries.cellOf(session, event.cell())))
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
        int depth = session.row().get(SessionColumn.DEPTH) instanceof Integer number ? number : 0;
        String id = session.text(SessionColumn.SESSION_ID);
        return spans.add(
                        context,
                        session.text(SessionColumn.CALLER_ID),
                        service,
                        operation,
                        status,
                        took,
                        endedAt,
                        // A sub-session stands below the cell that runs it.
                        2 * depth + level)
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

    private static String ofSession(Session session) {
        return spanId(session.text(SessionColumn.START_MESSAGE_ID));
    }

    /** The cell that runs the session; the statement where none does. */
    private String parentOf(Session session) {
        String parent = session.text(SessionColumn.START_PARENT_ID);
        if (!parent.isEmpty()) {
            return spanId(parent);
        }
        CallerId caller = new CallerId(session.text(SessionColumn.CALLER_ID));
        return ofStatement(caller, run(caller));
    }

    private static String in(Session session, String cell) {
        return session.text(SessionColumn.CASCADE_ID) + "." + cell;
    }

    private int run(CallerId caller) {
        Row<StatementColumn> statement = directory.statement(caller);
        return statement == null ? 1 : run(statement);
    }

    private static int run(Row<StatementColumn> statement) {
        return statement.get(StatementColumn.ATTEMPTS) instanceof Integer runs ? runs : 1;
    }

    private static void spend(ObjectNode more, @Nullable Usage usage) {
        if (usage != null) {
            more.put("tokens_in", usage.tokensIn());
            more.put("tokens_out", usage.tokensOut());
            if (usage.priced()) {
                more.put("cost", usage.costUsd().toPlainString());
            }
        }
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    private @Nullable TraceContext trace(Session session) {
        return trace(session.text(SessionColumn.INVOCATION_METADATA_JSON));
    }

    /** Events of one statement come together, and their sessions have the very same text. */
    private @Nullable TraceContext trace(String metadataJson) {
        if (!metadata.equals(metadataJson)) {
            metadata = metadataJson;
            trace = TraceContext.in(metadataJson);
        }
        return trace;
    }
}
