package io.rvbbit.tracking;

import static io.rvbbit.tracking.SessionColumn.COMPLETED_AT;
import static io.rvbbit.tracking.SessionColumn.CURRENT_CELL;
import static io.rvbbit.tracking.SessionColumn.STATUS;
import static io.rvbbit.tracking.SessionColumn.UPDATED_AT;
import static java.util.Locale.ROOT;

import io.rvbbit.tracking.EventStore.Batch;
import io.rvbbit.tracking.EventStore.OpenCell;
import io.rvbbit.tracking.EventStore.OpenStatement;
import io.rvbbit.tracking.EventStore.Unfinished;
import io.rvbbit.tracking.SessionDirectory.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events into rows, in the order in which they were recorded.
 *
 * <p>Every event becomes a row of the log, except those of statements; sessions and statements also
 * have a row of their own, of which the newest state goes into the batch. Threading: the books'
 * writer thread only.
 */
final class Bookkeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Bookkeeper.class);

    /** How many ended sessions still find their caller: seconds of full load. */
    private static final int REMEMBERED = 20_000;

    private final ContentHashes contentHashes = new ContentHashes();
    private final SessionDirectory directory = new SessionDirectory(REMEMBERED);
    private final Past past;
    private final List<Row<LogColumn>> logs = new ArrayList<>();
    private final Set<Row<SessionColumn>> sessions = new LinkedHashSet<>();
    private final Set<Row<StatementColumn>> statements = new LinkedHashSet<>();
    private final List<Row<EstimateColumn>> estimates = new ArrayList<>();
    private final List<Row<FallbackColumn>> fallbacks = new ArrayList<>();
    private final SpanBook spans;

    Bookkeeper(Past past) {
        this(past, TraceOptions.NONE);
    }

    Bookkeeper(Past past, TraceOptions traces) {
        this.past = past;
        this.spans = new SpanBook(directory, traces);
    }

    /** What ended before this bookkeeper's first event, or so long ago that it is forgotten. */
    interface Past {
        Past NONE =
                new Past() {
                    @Override
                    public Optional<Row<SessionColumn>> session(String sessionId) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<Row<StatementColumn>> statement(CallerId caller) {
                        return Optional.empty();
                    }
                };

        Optional<Row<SessionColumn>> session(String sessionId);

        Optional<Row<StatementColumn>> statement(CallerId caller);
    }

    /** Knows again what was running when the last process ended. */
    void restore(Unfinished unfinished) {
        for (OpenStatement statement : unfinished.statements()) {
            directory.open(statement.row());
        }
        for (Row<SessionColumn> row : unfinished.sessions()) {
            directory.open(new Session(row, new HashMap<>()));
        }
        for (OpenCell cell : unfinished.cells()) {
            session(cell.sessionId()).cells().put(cell.cell(), cell.messageId());
        }
        spans.begun().restore(unfinished);
    }

    /**
     * The rows of consecutive events.
     *
     * @param from position of the first
     * @param through position of the last
     */
    Batch book(List<LoggedEvent> events, long from, long through) {
        for (LoggedEvent logged : events) {
            try {
                enter(logged.event(), logged.messageId());
            } catch (BooksUnavailable e) {
                throw e;
            } catch (RuntimeException e) {
                // An event that is wrong in itself must not stop the books of everybody else.
                LOG.error("cannot book event {}", logged.position(), e);
            }
        }
        Batch batch =
                new Batch(
                        from,
                        through,
                        logs,
                        sessions.stream().map(Row::copy).toList(),
                        statements.stream().map(Row::copy).toList(),
                        estimates,
                        spans.take(),
                        fallbacks);
        logs.clear();
        sessions.clear();
        statements.clear();
        estimates.clear();
        fallbacks.clear();
        return batch;
    }

    /** The store has the last batch. */
    void stored() {
        spans.begun().stored();
    }

    /** Another goes on from here. */
    void leave() {
        spans.begun().close();
    }

    private void enter(Event event, UUID id) {
        switch (event) {
            case Event.StatementStarted started -> begin(started, id);
            case Event.StatementEnded ended -> end(ended);
            case Event.SessionStarted started -> begin(started, id);
            case Event.SessionEnded ended -> end(ended, id);
            case Event.CellStarted started -> begin(started, id);
            case Event.CellEnded ended -> end(ended, id);
            case Event.AttemptStarted started -> {
                Session session = session(started.sessionId());
                logs.add(LogEntries.attemptStarted(started, session, id));
                spans.begun().attempt(session, started);
            }
            case Event.AttemptEnded ended -> {
                Session session = session(ended.sessionId());
                logs.add(LogEntries.attemptEnded(ended, session, id));
                spans.ended(ended, session);
            }
            case Event.ToolStarted started -> {
                Session session = session(started.sessionId());
                logs.add(LogEntries.toolStarted(started, session, id));
                spans.begun().tool(session, started, id);
            }
            case Event.ToolEnded ended -> {
                Session session = session(ended.sessionId());
                logs.add(LogEntries.toolEnded(ended, session, id));
                spans.ended(ended, session, id);
            }
            case Event.AnswerServed served -> serve(served, id);
            case Event.SpanEnded ended -> {
                know(ended.caller());
                spans.ended(ended, id);
            }
            case Event.StatementEstimated estimated -> estimates.add(EstimateRows.of(estimated));
            case Event.FallbackEnded ended -> fallbacks.add(FallbackEvents.row(ended));
            case Event.Noted noted ->
                    logs.add(LogEntries.noted(noted, session(noted.sessionId()), id));
        }
    }

    private void begin(Event.StatementStarted event, UUID id) {
        Row<StatementColumn> row =
                Row.of(StatementColumn.class)
                        .set(StatementColumn.CALLER_ID, event.caller().value())
                        .set(StatementColumn.QUERY_RAW, event.query())
                        .set(StatementColumn.QUERY_FINGERPRINT, event.fingerprint())
                        .set(StatementColumn.QUERY_TYPE, event.queryType())
                        .set(StatementColumn.PROTOCOL, event.protocol())
                        .set(StatementColumn.STATUS, "running")
                        .set(StatementColumn.STARTED_AT, event.at())
                        .set(StatementColumn.USER_NAME, event.userName())
                        .set(StatementColumn.APPLICATION_NAME, event.applicationName())
                        .set(StatementColumn.DATABASE_NAME, event.databaseName())
                        .set(StatementColumn.ATTEMPTS, event.run())
                        .set(
                                StatementColumn.INVOCATION_METADATA_JSON,
                                JsonText.orObject(event.metadataJson()));
        if (event.run() > 1) {
            know(event.caller());
            spans.resumed(event.caller(), directory.statement(event.caller()));
            // A batch holds one row of each statement, also if one run ends and the next begins.
            statements.removeIf(earlier ->
                    earlier.text(StatementColumn.CALLER_ID).equals(event.caller().value()));
        }
        directory.open(row);
        statements.add(row);
        spans.begun().statement(row, id);
    }

    private void end(Event.StatementEnded event) {
        Row<StatementColumn> row = directory.running(event.caller());
        if (row == null) {
            LOG.warn("statement {} ended, but is not running", event.caller());
            return;
        }
        row.set(StatementColumn.STATUS, event.status().name().toLowerCase(ROOT))
                .set(StatementColumn.ROWS_INPUT, known(event.rowsInput()))
                .set(StatementColumn.ROWS_OUTPUT, known(event.rowsOutput()))
                .set(StatementColumn.LLM_CALLS_COUNT, known(event.modelCalls()))
                .set(StatementColumn.CACHE_HITS, known(event.cacheHits()))
                .set(StatementColumn.TOTAL_TOKENS_IN, event.usage().tokensIn())
                .set(StatementColumn.TOTAL_TOKENS_OUT, event.usage().tokensOut())
                .set(StatementColumn.TOTAL_COST, event.usage().costUsd())
                .set(StatementColumn.COMPLETED_AT, event.at())
                .set(StatementColumn.DURATION_MS, event.duration().toMillis())
                .set(StatementColumn.ERROR_MESSAGE, event.errorMessage())
                .set(StatementColumn.TRUNCATED, event.truncated());
        statements.add(row);
        spans.ended(event, row);
        directory.end(row);
    }

    private void begin(Event.SessionStarted event, UUID id) {
        Row<SessionColumn> row =
                Row.of(SessionColumn.class)
                        .set(SessionColumn.SESSION_ID, event.sessionId())
                        .set(SessionColumn.CASCADE_ID, event.cascadeId())
                        .set(SessionColumn.PARENT_SESSION_ID, event.parentSessionId())
                        .set(SessionColumn.CALLER_ID, event.caller().value())
                        .set(SessionColumn.INVOCATION_METADATA_JSON, metadata(event.caller()))
                        .set(STATUS, "starting")
                        .set(SessionColumn.STARTED_AT, event.at())
                        .set(UPDATED_AT, event.at())
                        .set(SessionColumn.DEPTH, event.depth())
                        .set(SessionColumn.SOURCE_ROW_INDEX, known(event.sourceRowIndex()))
                        .set(SessionColumn.INPUT_HASH, event.inputHash())
                        .set(SessionColumn.CASCADE_DEFINITION, event.cascadeDefinition())
                        .set(SessionColumn.INPUT_DATA, event.inputJson())
                        .set(SessionColumn.CONFIG_PATH, event.cascadeFile())
                        .set(SessionColumn.START_MESSAGE_ID, id.toString())
                        .set(SessionColumn.START_PARENT_ID, parentOf(event));
        Session session = new Session(row, new HashMap<>());
        directory.open(session);
        sessions.add(row);
        spans.begun().session(session);
        String contentHash =
                event.contentHash().isEmpty()
                        ? contentHashes.of(event.cascadeDefinition())
                        : event.contentHash();
        logs.add(LogEntries.started(event, session, id, contentHash));
    }

    private void end(Event.SessionEnded event, UUID id) {
        Session session = session(event.sessionId());
        logs.add(LogEntries.ended(event, session, id));
        if (session.hasEnded()) {
            LOG.warn("session {} ended twice", event.sessionId());
            return;
        }
        String message = JsonText.field(event.errorJson(), "message");
        session.row()
                .set(STATUS, event.status().name().toLowerCase(ROOT))
                .set(SessionColumn.OUTPUT, event.outputJson())
                .set(SessionColumn.ERROR_MESSAGE, message.isEmpty() ? event.errorJson() : message)
                .set(UPDATED_AT, event.at())
                .set(COMPLETED_AT, event.at());
        sessions.add(session.row());
        spans.ended(event, session);
        directory.end(session);
    }

    private void serve(Event.AnswerServed event, UUID id) {
        Row<SessionColumn> none =
                Row.of(SessionColumn.class)
                        .set(SessionColumn.CASCADE_ID, event.cascadeId())
                        .set(SessionColumn.CALLER_ID, event.caller().value())
                        .set(SessionColumn.INVOCATION_METADATA_JSON, metadata(event.caller()))
                        .set(SessionColumn.SOURCE_ROW_INDEX, known(event.sourceRowIndex()))
                        .set(SessionColumn.INPUT_HASH, event.inputHash())
                        .set(SessionColumn.CONFIG_PATH, event.cascadeFile());
        logs.add(LogEntries.served(event, new Session(none, Map.of()), id));
    }

    private void begin(Event.CellStarted event, UUID id) {
        Session session = session(event.sessionId());
        logs.add(LogEntries.cellStarted(event, session, id));
        session.cells().put(event.cell(), id.toString());
        spans.begun().cell(session, event.cell(), event.nodeType(), event.at());
        if (!session.hasEnded()) {
            session.row().set(STATUS, "running").set(CURRENT_CELL, event.cell());
            update(session, event.at());
        }
    }

    private void end(Event.CellEnded event, UUID id) {
        Session session = session(event.sessionId());
        logs.add(LogEntries.cellEnded(event, session, id));
        spans.ended(event, session, id);
        session.cells().remove(event.cell());
        if (!session.hasEnded()) {
            update(session, event.at());
        }
    }

    private void update(Session session, Instant at) {
        session.row().set(UPDATED_AT, at);
        sessions.add(session.row());
    }

    private String parentOf(Event.SessionStarted event) {
        if (event.parentSessionId().isEmpty()) {
            return "";
        }
        Session parent = session(event.parentSessionId());
        String cell = event.parentCell();
        return LogEntries.cellOf(parent, cell.isEmpty() ? parent.text(CURRENT_CELL) : cell);
    }

    private Session session(String sessionId) {
        Session session = directory.find(sessionId);
        if (session == null) {
            Row<SessionColumn> row = past.session(sessionId).orElseGet(() -> unknown(sessionId));
            session = new Session(row, new HashMap<>());
            directory.remember(session);
        }
        return session;
    }

    /** The row is kept, money and all, under the name that it has; only the caller is empty. */
    private static Row<SessionColumn> unknown(String sessionId) {
        LOG.warn("an event names session {}, which was never started", sessionId);
        return Row.of(SessionColumn.class)
                .set(SessionColumn.SESSION_ID, sessionId)
                .set(COMPLETED_AT, Instant.EPOCH);
    }

    private String metadata(CallerId caller) {
        know(caller);
        return directory.metadata(caller);
    }

    private void know(CallerId caller) {
        if (!directory.knows(caller)) {
            past.statement(caller).ifPresent(directory::remember);
        }
    }

    /** Negative numbers say that the number is not known. */
    private static @Nullable Long known(long number) {
        return number < 0 ? null : number;
    }
}
