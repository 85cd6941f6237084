package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The events of one statement's life, told to a sink in a few words. */
final class Story {
    static final Instant START = Instant.parse("2026-11-22T10:00:00.123456Z");

    private final EventSink sink;
    private final CallerId caller;
    private final Instant at;
    private @Nullable TraceContext trace;

    Story(EventSink sink, String caller) {
        this(sink, caller, START);
    }

    Story(EventSink sink, String caller, Instant at) {
        this.sink = sink;
        this.caller = new CallerId(caller);
        this.at = at;
    }

    static Usage usage(long in, long out, String dollars) {
        return new Usage(in, out, new BigDecimal(dollars));
    }

    static String metadata(String query) {
        return metadata(query, null);
    }

    private static String metadata(String query, @Nullable TraceContext trace) {
        return CallerMetadata.ofWire(CallerMetadata.Sql.ofWire(query, "cafe", 16), START)
                .withTrace(trace)
                .toJson();
    }

    /** The statement is traced, if this is told before it. */
    Story traced(TraceContext context) {
        trace = context;
        return this;
    }

    void statement(String query) {
        statement(query, "ada");
    }

    void statement(String query, String user) {
        statement(query, user, 1);
    }

    void statement(String query, String user, int run) {
        sink.record(
                new Event.StatementStarted(
                        caller,
                        metadata(query, trace),
                        query,
                        "f00d",
                        "map",
                        "postgresql_wire",
                        user,
                        "psql",
                        "default",
                        run,
                        at));
    }

    void statementEnds(long rows, Usage usage) {
        sink.record(
                new Event.StatementEnded(
                        caller,
                        StatementStatus.COMPLETED,
                        rows,
                        rows,
                        rows,
                        0,
                        usage,
                        false,
                        "",
                        Duration.ofMillis(1_500),
                        at.plusMillis(1_500)));
    }

    void session(String id, long row, String input) {
        session(id, "", 0, row, input);
    }

    void session(String id, String parent, int depth, long row, String input) {
        sink.record(
                new Event.SessionStarted(
                        id,
                        caller,
                        parent,
                        "",
                        depth,
                        "extract_brand",
                        "traits/extract_brand.yaml",
                        "cascade_id: extract_brand",
                        "",
                        input,
                        "abad1dea",
                        row,
                        "{\"id\":" + row + "}",
                        at.plusMillis(10)));
    }

    void sessionEnds(String id, SessionStatus status, String output, String error) {
        sink.record(
                new Event.SessionEnded(
                        id, status, output, error, Duration.ofMillis(90), at.plusMillis(100)));
    }

    void cell(String id, String cell) {
        sink.record(new Event.CellStarted(id, cell, "llm", at.plusMillis(20)));
    }

    void cellEnds(String id, String cell, @Nullable Usage usage, String error) {
        sink.record(
                new Event.CellEnded(
                        id,
                        cell,
                        "llm",
                        "{\"value\":\"Apple\"}",
                        usage,
                        "gpt-x",
                        "stub",
                        1,
                        Duration.ofMillis(50),
                        error,
                        at.plusMillis(80)));
    }

    void attempt(String id, String cell, String request, int attempt) {
        sink.record(
                new Event.AttemptStarted(
                        id,
                        cell,
                        request,
                        attempt,
                        1,
                        "gpt",
                        "stub",
                        "{\"model\":\"gpt\"}",
                        at.plusMillis(30)));
    }

    void attemptEnds(
            String id,
            String cell,
            String request,
            int attempt,
            @Nullable Usage usage,
            String error) {
        sink.record(
                new Event.AttemptEnded(
                        id,
                        cell,
                        request,
                        attempt,
                        1,
                        "gpt",
                        "gpt-x",
                        "stub",
                        usage,
                        "{\"id\":\"r\"}",
                        "[]",
                        error,
                        Duration.ofMillis(40),
                        at.plusMillis(70)));
    }

    /** One session with one cell and one answered attempt, from its start to its end. */
    void row(String id, long row, Usage usage) {
        session(id, row, "{\"product_name\":\"iPhone\"}");
        cell(id, "extract");
        attempt(id, "extract", "req-" + id, 1);
        attemptEnds(id, "extract", "req-" + id, 1, usage, "");
        cellEnds(id, "extract", usage, "");
        sessionEnds(id, SessionStatus.COMPLETED, "Apple", "");
    }
}
