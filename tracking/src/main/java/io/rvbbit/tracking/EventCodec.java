package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.LogRecord.Definition;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Events as bytes: a kind, then the components of the event in their order.
 *
 * <p>Kinds and the numbers of statuses are written to disk: they are never used again for anything
 * else. A component is added only with a new kind or a new version of the log. Threading:
 * immutable.
 */
final class EventCodec {
    /** Kinds of records that are no event; those of events come after. */
    static final int DEFINITION = 1;

    static final int BATCH = 2;

    private static final int STATEMENT_STARTED = 16;
    private static final int STATEMENT_ENDED = 17;
    private static final int SESSION_STARTED = 18;
    private static final int SESSION_ENDED = 19;
    private static final int CELL_STARTED = 20;
    private static final int CELL_ENDED = 21;
    private static final int ATTEMPT_STARTED = 22;
    private static final int ATTEMPT_ENDED = 23;
    private static final int TOOL_STARTED = 24;
    private static final int TOOL_ENDED = 25;
    private static final int ANSWER_SERVED = 26;
    private static final int STATEMENT_ESTIMATED = 27;
    private static final int NOTED = 28;
    private static final int SPAN_ENDED = 29;

    /** The number of a take, before an event of it. */
    private static final int OF_TAKE = 30;

    private static final int FALLBACK_ENDED = 37;

    /** A session with the cell that runs it; others are written as before. */
    private static final int SUB_SESSION_STARTED = 43;

    /** A session with the hash of a cascade that may run others, and the cell that runs it. */
    private static final int COMPOSED_SESSION_STARTED = 45;

    /** A span with the id that it was shown by; others are written as before. */
    private static final int SHOWN_SPAN_ENDED = 47;

    private EventCodec() {}

    /** A definition that events name by its number, to be written before the first that does. */
    static LogRecord definition(Definition definition) {
        return new LogRecord(
                new ByteWriter(LogRecord.PREFIX)
                        .single(DEFINITION)
                        .number(definition.number())
                        .text(definition.text()),
                null);
    }

    /** The events {@code from} to {@code through} are about to be delivered as one batch. */
    static LogRecord batch(long from, long through) {
        return new LogRecord(
                new ByteWriter(LogRecord.PREFIX).single(BATCH).number(from).number(through), null);
    }

    /** {@code definitions} gives a text that many events have its number. */
    static LogRecord event(Event event, Function<String, Definition> definitions) {
        ByteWriter to = new ByteWriter(LogRecord.PREFIX);
        Definition definition = null;
        if (event.take() != Event.NO_TAKE) {
            to.single(OF_TAKE).number(event.take());
        }
        switch (event) {
            case Event.StatementStarted e ->
                    to.single(STATEMENT_STARTED)
                            .text(e.caller().value())
                            .text(e.metadataJson())
                            .text(e.query())
                            .text(e.fingerprint())
                            .text(e.queryType())
                            .text(e.protocol())
                            .text(e.userName())
                            .text(e.applicationName())
                            .text(e.databaseName())
                            .signed(e.run());
            case Event.StatementEnded e ->
                    to.single(STATEMENT_ENDED)
                            .text(e.caller().value())
                            .single(EventNumbers.of(e.status()))
                            .signed(e.rowsInput())
                            .signed(e.rowsOutput())
                            .signed(e.modelCalls())
                            .signed(e.cacheHits())
                            .usage(e.usage())
                            .flag(e.truncated())
                            .text(e.errorMessage())
                            .duration(e.duration());
            case Event.SessionStarted e -> {
                definition = definitions.apply(e.cascadeDefinition());
                int plain = e.parentCell().isEmpty() ? SESSION_STARTED : SUB_SESSION_STARTED;
                int kind = e.contentHash().isEmpty() ? plain : COMPOSED_SESSION_STARTED;
                SessionStarts.write(e, definition.number(), to.single(kind));
            }
            case Event.SessionEnded e ->
                    to.single(SESSION_ENDED)
                            .text(e.sessionId())
                            .single(EventNumbers.of(e.status()))
                            .text(e.outputJson())
                            .text(e.errorJson())
                            .duration(e.duration());
            case Event.CellStarted e ->
                    to.single(CELL_STARTED).text(e.sessionId()).text(e.cell()).text(e.nodeType());
            case Event.CellEnded e ->
                    to.single(CELL_ENDED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .text(e.nodeType())
                            .text(e.contentJson())
                            .usage(e.usage())
                            .text(e.model())
                            .text(e.provider())
                            .signed(e.attempts())
                            .duration(e.duration())
                            .text(e.errorJson());
            case Event.AttemptStarted e ->
                    to.single(ATTEMPT_STARTED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .text(e.requestId())
                            .signed(e.attempt())
                            .signed(e.turn())
                            .text(e.modelRequested())
                            .text(e.provider())
                            .text(e.requestJson());
            case Event.AttemptEnded e ->
                    to.single(ATTEMPT_ENDED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .text(e.requestId())
                            .signed(e.attempt())
                            .signed(e.turn())
                            .text(e.modelRequested())
                            .text(e.model())
                            .text(e.provider())
                            .usage(e.usage())
                            .text(e.responseJson())
                            .text(e.toolCallsJson())
                            .text(e.errorJson())
                            .duration(e.duration());
            case Event.ToolStarted e ->
                    to.single(TOOL_STARTED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .text(e.tool())
                            .text(e.inputJson());
            case Event.ToolEnded e ->
                    to.single(TOOL_ENDED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .text(e.tool())
                            .text(e.outputJson())
                            .text(e.errorJson())
                            .duration(e.duration());
            case Event.AnswerServed e ->
                    to.single(ANSWER_SERVED)
                            .text(e.caller().value())
                            .text(e.cascadeId())
                            .text(e.cascadeFile())
                            .text(e.inputHash())
                            .signed(e.sourceRowIndex())
                            .text(e.rowKeyJson())
                            .text(e.computedBy())
                            .text(e.models())
                            .time(e.computedAt())
                            .signed(e.savedTokensIn())
                            .signed(e.savedTokensOut())
                            .text(e.savedCostUsd());
            case Event.StatementEstimated e ->
                    to.single(STATEMENT_ESTIMATED)
                            .text(e.caller().value())
                            .text(e.kind())
                            .signed(e.sampledInputs())
                            .signed(e.rows())
                            .signed(e.distinctInputs())
                            .signed(e.cacheHits())
                            .signed(e.callsMin())
                            .signed(e.callsMax())
                            .signed(e.promptTokens())
                            .flag(e.promptTokensExact())
                            .money(e.cost())
                            .money(e.low())
                            .money(e.high())
                            .money(e.most())
                            .duration(e.duration());
            case Event.Noted e ->
                    to.single(NOTED)
                            .text(e.sessionId())
                            .text(e.cell())
                            .single(EventNumbers.of(e.type()))
                            .signed(e.attempt())
                            .text(e.contentJson());
            case Event.SpanEnded e ->
                    SpanEvents.write(
                            e.spanId().isEmpty()
                                    ? to.single(SPAN_ENDED)
                                    : to.single(SHOWN_SPAN_ENDED).text(e.spanId()),
                            e);
            case Event.FallbackEnded e ->
                    FallbackEvents.write(to.single(FALLBACK_ENDED), e.fallback());
        }
        return new LogRecord(to.time(event.at()), definition);
    }

    /**
     * The event of a payload.
     *
     * @param kind the payload's first byte, which {@code from} has passed already
     * @param definitions what a number stands for
     * @throws RuntimeException if it is none
     */
    static Event event(int kind, ByteReader from, IntFunction<String> definitions) {
        return kind == OF_TAKE
                ? event(from.small(), from.single(), from, definitions)
                : event(Event.NO_TAKE, kind, from, definitions);
    }

    private static Event event(
            int take, int kind, ByteReader from, IntFunction<String> definitions) {
        return switch (kind) {
            case STATEMENT_STARTED ->
                    new Event.StatementStarted(
                            new CallerId(from.text()),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            (int) from.signed(),
                            from.time());
            case STATEMENT_ENDED -> statementEnded(from);
            case SESSION_STARTED -> SessionStarts.read("", "", from, definitions);
            case SUB_SESSION_STARTED -> SessionStarts.read("", from.text(), from, definitions);
            case COMPOSED_SESSION_STARTED ->
                    SessionStarts.read(from.text(), from.text(), from, definitions);
            case SESSION_ENDED ->
                    new Event.SessionEnded(
                            from.text(),
                            EventNumbers.sessionStatus(from.single()),
                            from.text(),
                            from.text(),
                            from.duration(),
                            from.time());
            case CELL_STARTED ->
                    new Event.CellStarted(from.text(), from.text(), from.text(), from.time());
            case CELL_ENDED ->
                    new Event.CellEnded(
                            from.text(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.usage(),
                            from.text(),
                            from.text(),
                            (int) from.signed(),
                            from.duration(),
                            from.text(),
                            from.time());
            case ATTEMPT_STARTED ->
                    new Event.AttemptStarted(
                            from.text(),
                            from.text(),
                            from.text(),
                            (int) from.signed(),
                            (int) from.signed(),
                            take,
                            from.text(),
                            from.text(),
                            from.text(),
                            from.time());
            case ATTEMPT_ENDED ->
                    new Event.AttemptEnded(
                            from.text(),
                            from.text(),
                            from.text(),
                            (int) from.signed(),
                            (int) from.signed(),
                            take,
                            from.text(),
                            from.text(),
                            from.text(),
                            from.usage(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.duration(),
                            from.time());
            case TOOL_STARTED ->
                    new Event.ToolStarted(
                            from.text(), from.text(), from.text(), take, from.text(), from.time());
            case TOOL_ENDED ->
                    new Event.ToolEnded(
                            from.text(),
                            from.text(),
                            from.text(),
                            take,
                            from.text(),
                            from.text(),
                            from.duration(),
                            from.time());
            case ANSWER_SERVED ->
                    new Event.AnswerServed(
                            new CallerId(from.text()),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.signed(),
                            from.text(),
                            from.text(),
                            from.text(),
                            from.time(),
                            from.signed(),
                            from.signed(),
                            from.text(),
                            from.time());
            case STATEMENT_ESTIMATED ->
                    new Event.StatementEstimated(
                            new CallerId(from.text()),
                            from.text(),
                            from.signed(),
                            from.signed(),
                            from.signed(),
                            from.signed(),
                            from.signed(),
                            from.signed(),
                            from.signed(),
                            from.flag(),
                            from.money(),
                            from.money(),
                            from.money(),
                            from.money(),
                            from.duration(),
                            from.time());
            case SPAN_ENDED -> SpanEvents.read(from, "");
            case SHOWN_SPAN_ENDED -> SpanEvents.read(from, from.text());
            case FALLBACK_ENDED -> new Event.FallbackEnded(FallbackEvents.read(from), from.time());
            case NOTED ->
                    new Event.Noted(
                            from.text(),
                            from.text(),
                            EventNumbers.noteType(from.single()),
                            (int) from.signed(),
                            take,
                            from.text(),
                            from.time());
            default -> throw new IllegalArgumentException("no kind of event: " + kind);
        };
    }

    private static Event statementEnded(ByteReader from) {
        CallerId caller = new CallerId(from.text());
        StatementStatus status = EventNumbers.statementStatus(from.single());
        long rowsInput = from.signed();
        long rowsOutput = from.signed();
        long modelCalls = from.signed();
        long cacheHits = from.signed();
        Usage usage = from.usage();
        if (usage == null) {
            throw new IllegalArgumentException("a statement that ended has a usage");
        }
        return new Event.StatementEnded(
                caller,
                status,
                rowsInput,
                rowsOutput,
                modelCalls,
                cacheHits,
                usage,
                from.flag(),
                from.text(),
                from.duration(),
                from.time());
    }
}
