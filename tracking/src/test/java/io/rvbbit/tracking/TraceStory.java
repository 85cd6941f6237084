package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** A traced statement of which every step is told with its moment, in milliseconds. */
final class TraceStory {
    private final EventSink sink;
    private final CallerId caller;
    private final Instant at;

    TraceStory(EventSink sink, String caller, Instant at) {
        this.sink = sink;
        this.caller = new CallerId(caller);
        this.at = at;
    }

    void statement() {
        new Story(sink, caller.value(), at)
                .traced(TraceContext.of(caller, true, false))
                .statement("q", "ada");
    }

    void statementEnds(StatementStatus status, long end) {
        sink.record(
                new Event.StatementEnded(
                        caller,
                        status,
                        1,
                        1,
                        1,
                        0,
                        Usage.NONE,
                        false,
                        status == StatementStatus.COMPLETED ? "" : "it failed",
                        Duration.ofMillis(end),
                        at.plusMillis(end)));
    }

    void step(String operation, long start, long end) {
        sink.record(
                new Event.SpanEnded(
                        caller,
                        "",
                        "gateway",
                        operation,
                        "",
                        "",
                        Duration.ofMillis(end - start),
                        at.plusMillis(end)));
    }

    void session(String id, long row, long start) {
        new Story(sink, caller.value(), at.plusMillis(start - 10)).session(id, row, "{}");
    }

    void sessionEnds(String id, SessionStatus status, String error, long start, long end) {
        sink.record(
                new Event.SessionEnded(
                        id, status, "", error, Duration.ofMillis(end - start), at.plusMillis(end)));
    }

    void cell(String id, String cell, long start) {
        sink.record(new Event.CellStarted(id, cell, "llm", at.plusMillis(start)));
    }

    void cellEnds(String id, String cell, String error, long start, long end) {
        sink.record(
                new Event.CellEnded(
                        id,
                        cell,
                        "llm",
                        "",
                        Usage.NONE,
                        "gpt-x",
                        "stub",
                        1,
                        Duration.ofMillis(end - start),
                        error,
                        at.plusMillis(end)));
    }

    void attemptBegins(String id, String cell, String request, long start) {
        sink.record(
                new Event.AttemptStarted(
                        id, cell, request, 1, 1, "gpt", "stub", "{}", at.plusMillis(start)));
    }

    void attempt(String id, String cell, String request, String error, long start, long end) {
        attemptBegins(id, cell, request, start);
        attemptEnds(id, cell, request, error, start, end);
    }

    void attemptEnds(String id, String cell, String request, String error, long start, long end) {
        sink.record(
                new Event.AttemptEnded(
                        id,
                        cell,
                        request,
                        1,
                        1,
                        "gpt",
                        "gpt-x",
                        "stub",
                        Usage.NONE,
                        "{}",
                        "",
                        error,
                        Duration.ofMillis(end - start),
                        at.plusMillis(end)));
    }

    /** Two sessions beside each other, and a pause in one of them. */
    void waterfall() {
        statement();
        step("rewrite", 0, 10);
        session("udf-a-b-1", 0, 20);
        cell("udf-a-b-1", "ask", 20);
        attempt("udf-a-b-1", "ask", "r1" + caller, "", 30, 60);
        session("udf-a-b-2", 1, 40);
        cell("udf-a-b-2", "ask", 40);
        attempt(
                "udf-a-b-1",
                "ask",
                "r2" + caller,
                "{\"class\":\"timeout\",\"message\":\"slow\"}",
                70,
                90);
        cellEnds("udf-a-b-1", "ask", "", 20, 100);
        sessionEnds("udf-a-b-1", SessionStatus.COMPLETED, "", 20, 100);
        cellEnds("udf-a-b-2", "ask", "", 40, 80);
        sessionEnds("udf-a-b-2", SessionStatus.COMPLETED, "", 40, 80);
        statementEnds(StatementStatus.COMPLETED, 200);
    }

    /** Sessions with a cell and attempts, all anywhere in a second. */
    void anything(Random random) {
        statement();
        for (int i = 0; i < 30; i++) {
            String session = "udf-" + caller.value() + "-" + i;
            long start = random.nextInt(1000);
            long end = start + random.nextInt(400);
            session(session, i, start);
            cell(session, "ask", start);
            for (int attempt = 0; attempt < 3; attempt++) {
                long sent = start + random.nextInt(100);
                attempt(session, "ask", session + attempt, "", sent, sent + random.nextInt(500));
            }
            cellEnds(session, "ask", "", start, end);
            sessionEnds(session, SessionStatus.COMPLETED, "", start, end);
        }
        statementEnds(StatementStatus.COMPLETED, 1200);
    }
}
