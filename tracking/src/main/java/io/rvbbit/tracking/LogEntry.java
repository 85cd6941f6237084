package io.rvbbit.tracking;

import io.rvbbit.tracking.SessionDirectory.Session;
import java.time.Instant;
import java.util.UUID;

/**
 * The part of a log row that is the same for every event: its caller and session, echoed.
 *
 * <p>Threading: one thread at a time.
 */
final class LogEntry {
    private static final Row<LogColumn> EMPTY =
            Row.of(LogColumn.class).set(LogColumn.CACHE_HIT, false);

    private final Row<LogColumn> row;

    LogEntry(Session session, UUID messageId, Instant at) {
        String caller = session.text(SessionColumn.CALLER_ID);
        row =
                EMPTY.copy()
                        .set(LogColumn.MESSAGE_ID, messageId)
                        .set(LogColumn.TIMESTAMP, at)
                        .set(LogColumn.TIMESTAMP_ISO, at)
                        .set(LogColumn.SESSION_ID, session.text(SessionColumn.SESSION_ID))
                        .set(LogColumn.TRACE_ID, caller)
                        .set(LogColumn.CALLER_ID, caller)
                        .set(
                                LogColumn.INVOCATION_METADATA_JSON,
                                session.text(SessionColumn.INVOCATION_METADATA_JSON))
                        .set(
                                LogColumn.PARENT_SESSION_ID,
                                session.text(SessionColumn.PARENT_SESSION_ID))
                        .set(LogColumn.CASCADE_ID, session.text(SessionColumn.CASCADE_ID))
                        .set(LogColumn.CASCADE_FILE, session.text(SessionColumn.CONFIG_PATH))
                        .set(LogColumn.INPUT_HASH, session.text(SessionColumn.INPUT_HASH))
                        .set(
                                LogColumn.SOURCE_ROW_INDEX,
                                session.row().get(SessionColumn.SOURCE_ROW_INDEX));
    }

    LogEntry is(String eventType, String nodeType, String role, String status) {
        row.set(LogColumn.EVENT_TYPE, eventType)
                .set(LogColumn.NODE_TYPE, nodeType)
                .set(LogColumn.ROLE, role)
                .set(LogColumn.STATUS, status);
        return this;
    }

    /** The finished common part; {@code parent} is a message id or empty. */
    Row<LogColumn> in(String cell, String parent) {
        return row.set(LogColumn.CELL_NAME, cell)
                .set(LogColumn.PHASE_NAME, cell)
                .set(LogColumn.PARENT_ID, parent);
    }
}
