package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One session from its start to its end, which is booked whatever happens.
 *
 * <p>Threading: the thread that runs it; a cell with a time limit runs on a thread of its own while
 * this one waits.
 */
final class SessionRun {
    private final Invocation invocation;
    private final Cascade cascade;
    private final String session;
    private final EventSink events;
    private final Clock clock;
    private final PromptStep prompts;
    private final SqlStep queries;
    private final RunNames names;
    private final Instant started;
    private Usage usage = Usage.NONE;
    private int modelCalls;
    private JsonNode last = JsonNodeFactory.instance.nullNode();
    private boolean plainText;

    SessionRun(
            Invocation invocation,
            String session,
            EventSink events,
            Clock clock,
            PromptStep prompts,
            SqlStep queries) {
        this.invocation = invocation;
        this.cascade = invocation.cascade();
        this.session = session;
        this.events = events;
        this.clock = clock;
        this.prompts = prompts;
        this.queries = queries;
        this.names = new RunNames(invocation);
        this.started = clock.instant();
    }

    CascadeResult run() throws InterruptedException {
        events.record(
                new Event.SessionStarted(
                        session,
                        invocation.caller(),
                        "",
                        0,
                        cascade.id(),
                        cascade.file(),
                        cascade.definition(),
                        invocation.input().toString(),
                        invocation.inputHash(),
                        invocation.sourceRow(),
                        invocation.rowKeyJson(),
                        started));
        try {
            for (Cell cell : cascade.cells()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                cell(cell);
            }
        } catch (RowFailure failure) {
            RowError error = failure.error(modelCalls);
            ended(SessionStatus.ERROR, "", error.toJson().toString());
            return result(null, null, error);
        } catch (InterruptedException e) {
            ended(SessionStatus.CANCELLED, "", errorJson(e));
            throw e;
        } catch (RuntimeException | Error e) {
            ended(SessionStatus.ERROR, "", errorJson(e));
            throw e;
        }
        ended(SessionStatus.COMPLETED, last.toString(), "");
        boolean structured = !plainText && !last.isNull();
        return result(AnswerJson.clean(last), structured ? last : null, null);
    }

    private CascadeResult result(
            @Nullable String value, @Nullable JsonNode output, @Nullable RowError error) {
        return new CascadeResult(
                session,
                value,
                output,
                names.outputs(),
                usage,
                modelCalls,
                elapsed(started),
                error);
    }

    private void cell(Cell cell) throws InterruptedException {
        CellLog log = new CellLog(events, clock, invocation.caller(), session, cell.name());
        log.awaitRoom();
        Instant begun = clock.instant();
        events.record(new Event.CellStarted(session, cell.name(), cell.nodeType(), begun));
        JsonNode output;
        try {
            output = limited(cell, log);
        } catch (RowFailure failure) {
            int attempts = log.sum().attempts();
            ended(cell, log, begun, "", failure.error(attempts).toJson().toString());
            if (cell.onError() == OnError.FAIL || failure.endsRun() || runIsLate()) {
                throw failure;
            }
            keep(cell, JsonNodeFactory.instance.nullNode());
            return;
        } catch (InterruptedException | RuntimeException | Error e) {
            ended(cell, log, begun, "", errorJson(e));
            throw e;
        }
        ended(cell, log, begun, content(cell, output), "");
        keep(cell, output);
    }

    private void keep(Cell cell, JsonNode output) {
        names.add(cell.name(), output);
        last = output;
        plainText = cell instanceof PromptCell prompt && prompt.outputSchema() == null;
    }

    private JsonNode limited(Cell cell, CellLog log) throws InterruptedException {
        Duration own = cell.timeout();
        Duration whole = invocation.overrides().timeout();
        Duration left = whole == null ? null : whole.minus(elapsed(started));
        boolean wholeFirst = left != null && (own == null || left.compareTo(own) < 0);
        Duration limit = wholeFirst ? left : own;
        String late =
                wholeFirst
                        ? "the cascade took longer than " + shown(whole)
                        : "cell " + Names.quoted(cell.name()) + " took longer than " + shown(own);
        return TimeLimit.within(
                limit,
                late,
                log::late,
                () ->
                        switch (cell) {
                            case PromptCell prompt -> prompts.run(prompt, invocation, names, log);
                            case SqlCell sql -> queries.run(sql, invocation, names, session, log);
                        });
    }

    private boolean runIsLate() {
        Duration whole = invocation.overrides().timeout();
        return whole != null && elapsed(started).compareTo(whole) >= 0;
    }

    private static String shown(@Nullable Duration duration) {
        return duration == null ? "" : duration.toMillis() + " ms";
    }

    private void ended(Cell cell, CellLog log, Instant begun, String content, String error) {
        CellLog.Sum sum = log.sum();
        Usage told = sum.usage();
        usage = told == null ? usage : usage.plus(told);
        modelCalls += sum.attempts();
        events.record(
                new Event.CellEnded(
                        session,
                        cell.name(),
                        cell.nodeType(),
                        content.isEmpty() ? "{}" : content,
                        cell instanceof PromptCell ? told : null,
                        sum.model(),
                        sum.provider(),
                        sum.attempts(),
                        elapsed(begun),
                        error,
                        clock.instant()));
    }

    private void ended(SessionStatus status, String output, String error) {
        events.record(
                new Event.SessionEnded(
                        session, status, output, error, elapsed(started), clock.instant()));
    }

    private Duration elapsed(Instant since) {
        return Duration.between(since, clock.instant());
    }

    private static String content(Cell cell, JsonNode output) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.set("output", cell instanceof SqlCell ? SqlStep.summary(output) : output);
        return content.toString();
    }

    private String errorJson(Throwable e) {
        RowError error =
                switch (e) {
                    case InterruptedException _ ->
                            new RowError(
                                    "cancelled",
                                    SqlState.QUERY_CANCELED,
                                    "the statement was cancelled",
                                    modelCalls);
                    case SqlException fault ->
                            new RowError(
                                    "statement",
                                    fault.state(),
                                    String.valueOf(fault.getMessage()),
                                    modelCalls);
                    default ->
                            new RowError(
                                    "internal",
                                    SqlState.INTERNAL_ERROR,
                                    "internal error: " + e.getClass().getSimpleName(),
                                    modelCalls);
                };
        return error.toJson().toString();
    }
}
