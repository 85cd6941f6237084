package io.rvbbit.tracking;

import static io.rvbbit.tracking.LogColumn.ATTEMPT_COST;
import static io.rvbbit.tracking.LogColumn.ATTEMPT_NUMBER;
import static io.rvbbit.tracking.LogColumn.ATTEMPT_TOKENS_IN;
import static io.rvbbit.tracking.LogColumn.ATTEMPT_TOKENS_OUT;
import static io.rvbbit.tracking.LogColumn.CACHE_HIT;
import static io.rvbbit.tracking.LogColumn.CONTENT_JSON;
import static io.rvbbit.tracking.LogColumn.COST;
import static io.rvbbit.tracking.LogColumn.DURATION_MS;
import static io.rvbbit.tracking.LogColumn.ERROR_JSON;
import static io.rvbbit.tracking.LogColumn.FULL_REQUEST_JSON;
import static io.rvbbit.tracking.LogColumn.FULL_RESPONSE_JSON;
import static io.rvbbit.tracking.LogColumn.METADATA_JSON;
import static io.rvbbit.tracking.LogColumn.MODEL;
import static io.rvbbit.tracking.LogColumn.MODEL_REQUESTED;
import static io.rvbbit.tracking.LogColumn.PROVIDER;
import static io.rvbbit.tracking.LogColumn.REQUEST_ID;
import static io.rvbbit.tracking.LogColumn.TAKE_INDEX;
import static io.rvbbit.tracking.LogColumn.TOKENS_IN;
import static io.rvbbit.tracking.LogColumn.TOKENS_OUT;
import static io.rvbbit.tracking.LogColumn.TOOL_CALLS_JSON;
import static io.rvbbit.tracking.LogColumn.TURN_NUMBER;
import static java.util.Locale.ROOT;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.SessionDirectory.Session;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Event to row of {@code unified_logs}: which event_type, which columns.
 *
 * <p>A row that ends something has the parent of the row that began it: cells point to their
 * session's cascade_start, attempts, tools and notes to their cell's phase_start, a sub-session to
 * the phase_start of the cell that runs it. Threading: immutable.
 */
final class LogEntries {
    private LogEntries() {}

    static Row<LogColumn> started(
            Event.SessionStarted event, Session session, UUID id, String contentHash) {
        String parent = session.text(SessionColumn.START_PARENT_ID);
        return new LogEntry(session, id, event.at())
                .is("cascade_start", "cascade", "user", "running")
                .in("", parent)
                .set(CONTENT_JSON, JsonText.withPreview(event.inputJson()))
                .set(METADATA_JSON, JsonText.ofStart(event.rowKeyJson(), contentHash));
    }

    static Row<LogColumn> ended(Event.SessionEnded event, Session session, UUID id) {
        String type =
                switch (event.status()) {
                    case COMPLETED -> "cascade_complete";
                    case CANCELLED -> "cascade_cancelled";
                    case STARTING, RUNNING, BLOCKED, ERROR, ORPHANED -> "cascade_error";
                };
        String role = event.status() == SessionStatus.COMPLETED ? "assistant" : "system";
        return new LogEntry(session, id, event.at())
                .is(type, "cascade", role, event.status().name().toLowerCase(ROOT))
                .in("", session.text(SessionColumn.START_PARENT_ID))
                .set(DURATION_MS, event.duration().toMillis())
                .set(CONTENT_JSON, JsonText.orObject(event.outputJson()))
                .set(ERROR_JSON, JsonText.orObject(event.errorJson()));
    }

    static Row<LogColumn> cellStarted(Event.CellStarted event, Session session, UUID id) {
        return new LogEntry(session, id, event.at())
                .is("phase_start", event.nodeType(), "system", "running")
                .in(event.cell(), session.text(SessionColumn.START_MESSAGE_ID));
    }

    static Row<LogColumn> cellEnded(Event.CellEnded event, Session session, UUID id) {
        boolean good = event.errorJson().isEmpty();
        String role = !good ? "system" : "llm".equals(event.nodeType()) ? "assistant" : "tool";
        Row<LogColumn> row =
                new LogEntry(session, id, event.at())
                        .is(
                                good ? "phase_complete" : "phase_error",
                                event.nodeType(),
                                role,
                                good ? "completed" : failure(event.errorJson()))
                        .in(event.cell(), session.text(SessionColumn.START_MESSAGE_ID))
                        .set(MODEL, event.model())
                        .set(PROVIDER, event.provider())
                        .set(ATTEMPT_NUMBER, event.attempts())
                        .set(DURATION_MS, event.duration().toMillis())
                        .set(CONTENT_JSON, JsonText.orObject(event.contentJson()))
                        .set(ERROR_JSON, JsonText.orObject(event.errorJson()));
        return spend(row, event.usage(), TOKENS_IN, TOKENS_OUT, COST);
    }

    static Row<LogColumn> attemptStarted(Event.AttemptStarted event, Session session, UUID id) {
        return new LogEntry(session, id, event.at())
                .is("turn_start", "llm", "user", "running")
                .in(event.cell(), cellOf(session, event.cell()))
                .set(REQUEST_ID, event.requestId())
                .set(ATTEMPT_NUMBER, event.attempt())
                .set(TURN_NUMBER, event.turn())
                .set(TAKE_INDEX, take(event))
                .set(MODEL_REQUESTED, event.modelRequested())
                .set(PROVIDER, event.provider())
                .set(FULL_REQUEST_JSON, JsonText.orObject(event.requestJson()));
    }

    static Row<LogColumn> attemptEnded(Event.AttemptEnded event, Session session, UUID id) {
        boolean good = event.errorJson().isEmpty();
        String status =
                event.usage() == null
                        ? "uncosted"
                        : good ? "completed" : failure(event.errorJson());
        Row<LogColumn> row =
                new LogEntry(session, id, event.at())
                        .is(good ? "turn_complete" : "turn_error", "llm", "assistant", status)
                        .in(event.cell(), cellOf(session, event.cell()))
                        .set(REQUEST_ID, event.requestId())
                        .set(ATTEMPT_NUMBER, event.attempt())
                        .set(TURN_NUMBER, event.turn())
                        .set(TAKE_INDEX, take(event))
                        .set(MODEL_REQUESTED, event.modelRequested())
                        .set(MODEL, event.model())
                        .set(PROVIDER, event.provider())
                        .set(DURATION_MS, event.duration().toMillis())
                        .set(FULL_RESPONSE_JSON, JsonText.orObject(event.responseJson()))
                        .set(TOOL_CALLS_JSON, JsonText.orObject(event.toolCallsJson()))
                        .set(METADATA_JSON, CachedTokens.metadata(event.responseJson()))
                        .set(ERROR_JSON, JsonText.orObject(event.errorJson()));
        return spend(row, event.usage(), ATTEMPT_TOKENS_IN, ATTEMPT_TOKENS_OUT, ATTEMPT_COST);
    }

    static Row<LogColumn> toolStarted(Event.ToolStarted event, Session session, UUID id) {
        return new LogEntry(session, id, event.at())
                .is("tool_start", event.tool(), "tool", "running")
                .in(event.cell(), cellOf(session, event.cell()))
                .set(TAKE_INDEX, take(event))
                .set(CONTENT_JSON, JsonText.orObject(event.inputJson()));
    }

    static Row<LogColumn> toolEnded(Event.ToolEnded event, Session session, UUID id) {
        boolean good = event.errorJson().isEmpty();
        return new LogEntry(session, id, event.at())
                .is(
                        good ? "tool_complete" : "tool_error",
                        event.tool(),
                        "tool",
                        good ? "completed" : failure(event.errorJson()))
                .in(event.cell(), cellOf(session, event.cell()))
                .set(TAKE_INDEX, take(event))
                .set(DURATION_MS, event.duration().toMillis())
                .set(CONTENT_JSON, JsonText.orObject(event.outputJson()))
                .set(ERROR_JSON, JsonText.orObject(event.errorJson()));
    }

    static Row<LogColumn> noted(Event.Noted event, Session session, UUID id) {
        return new LogEntry(session, id, event.at())
                .is(event.type().name().toLowerCase(ROOT), "note", "system", "completed")
                .in(event.cell(), cellOf(session, event.cell()))
                .set(ATTEMPT_NUMBER, event.attempt())
                .set(TAKE_INDEX, take(event))
                .set(CONTENT_JSON, JsonText.orObject(event.contentJson()));
    }

    /** {@code none} stands for the session that there is none of. */
    static Row<LogColumn> served(Event.AnswerServed event, Session none, UUID id) {
        return new LogEntry(none, id, event.at())
                .is("cache_hit", "cascade", "system", "completed")
                .in("", "")
                .set(CACHE_HIT, true)
                .set(CONTENT_JSON, JsonText.served(event))
                .set(METADATA_JSON, JsonText.underKey("key", event.rowKeyJson()));
    }

    /** The phase_start of an open cell; the cascade_start where the cell is not open. */
    static String cellOf(Session session, String cell) {
        return session.cells().getOrDefault(cell, session.text(SessionColumn.START_MESSAGE_ID));
    }

    private static @Nullable Integer take(Event event) {
        return event.take() == Event.NO_TAKE ? null : Integer.valueOf(event.take());
    }

    private static String failure(String errorJson) {
        String kind = JsonText.field(errorJson, "class");
        return kind.equals("cancelled") || kind.equals("orphaned") ? kind : "error";
    }

    private static Row<LogColumn> spend(
            Row<LogColumn> row,
            @Nullable Usage usage,
            LogColumn in,
            LogColumn out,
            LogColumn cost) {
        if (usage != null) {
            row.set(in, usage.tokensIn()).set(out, usage.tokensOut()).set(cost, known(usage));
        }
        return row;
    }

    /** The known part of a cost; null where nothing of it is known. */
    private static @Nullable BigDecimal known(Usage usage) {
        return usage.priced() || usage.costUsd().signum() > 0 ? usage.costUsd() : null;
    }
}
