package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs cells of one session, each from its start to its end, which is booked whatever happens.
 *
 * <p>Threading: any thread; a cell with a time limit runs on a thread of its own while the caller
 * waits.
 */
final class BookedCells {
    private final Invocation invocation;
    private final String session;
    private final EventSink events;
    private final Clock clock;
    private final CellSteps steps;
    private final RunTime time;
    private final RunSum sum;
    private final Supplier<Optional<String>> late;
    private volatile String stopped = "";

    BookedCells(
            Invocation invocation,
            String session,
            EventSink events,
            CellSteps steps,
            RunTime time,
            RunSum sum) {
        this.invocation = invocation;
        this.session = session;
        this.events = events;
        this.clock = time.clock();
        this.steps = steps;
        this.time = time;
        this.sum = sum;
        ParentRun parent = invocation.parent();
        this.late = parent == null ? Optional::empty : parent.late();
    }

    /**
     * Cells that are interrupted from now on are so for this reason, not by the statement's end.
     */
    void stop(String reason) {
        stopped = reason;
    }

    /**
     * Runs one cell.
     *
     * @throws RowFailure if the run ends with it
     */
    CellAnswer run(Cell cell, RunNames names) throws InterruptedException {
        CellLog log = new CellLog(events, clock, invocation.caller(), session, cell.name(), late);
        CellRun run = new CellRun(invocation, session, names, log, sum);
        log.awaitRoom();
        Instant begun = clock.instant();
        events.record(new Event.CellStarted(session, cell.name(), cell.nodeType(), begun));
        JsonNode output;
        ObjectNode written;
        try {
            output = time.within(cell, log, () -> steps.run(cell, run));
            written = StateWrites.of(cell, output, names);
            names.write(written);
        } catch (RowFailure failure) {
            int attempts = log.sum().attempts();
            ended(
                    cell,
                    log,
                    begun,
                    log.tally().details(),
                    failure.error(attempts).toJson().toString());
            if (cell.onError() == OnError.FAIL || failure.endsRun() || time.isLate()) {
                throw failure;
            }
            return CellAnswer.failure(JsonNodeFactory.instance.nullNode());
        } catch (InterruptedException e) {
            String why = stopped;
            ended(
                    cell,
                    log,
                    begun,
                    log.tally().details(),
                    why.isEmpty()
                            ? RunFault.json(e, late.get(), sum.modelCalls())
                            : RunFault.stopped(why, log.sum().attempts()));
            throw e;
        } catch (RuntimeException | Error e) {
            ended(
                    cell,
                    log,
                    begun,
                    log.tally().details(),
                    RunFault.json(e, late.get(), sum.modelCalls()));
            throw e;
        }
        ended(cell, log, begun, content(cell, log, output, written), "");
        return answer(cell, output, log.next());
    }

    private static CellAnswer answer(Cell cell, JsonNode output, String handedTo) {
        boolean plainText =
                switch (cell) {
                    case PromptCell prompt -> prompt.outputSchema() == null;
                    case SubCascadeCell _ -> output.isTextual();
                    case SqlCell _, EachCell _, Cell.HttpCell _ -> false;
                };
        return new CellAnswer(output, plainText, false, handedTo);
    }

    private void ended(Cell cell, CellLog log, Instant begun, ObjectNode content, String error) {
        CellLog.Sum told = log.sum();
        sum.add(told);
        events.record(
                new Event.CellEnded(
                        session,
                        cell.name(),
                        cell.nodeType(),
                        content.toString(),
                        cell.asksModel() ? told.usage() : null,
                        told.model(),
                        told.provider(),
                        told.attempts(),
                        time.elapsed(begun),
                        error,
                        clock.instant()));
    }

    private static ObjectNode content(Cell cell, CellLog log, JsonNode output, ObjectNode written) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.set("output", cell instanceof SqlCell ? SqlStep.summary(output) : output);
        if (!written.isEmpty()) {
            content.set("state", written);
        }
        return content.setAll(log.tally().details());
    }
}
