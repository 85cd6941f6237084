package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.EventSink;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session from its start to its end, which is booked whatever happens.
 *
 * <p>Threading: the thread that runs it.
 */
final class SessionRun {
    private final Invocation invocation;
    private final Cascade cascade;
    private final String session;
    private final EventSink events;
    private final RunTime time;
    private final RunSum sum;
    private final Supplier<Optional<String>> late;
    private final RunNames names;
    private final BookedCells cells;

    SessionRun(
            Invocation invocation, String session, EventSink events, Clock clock, CellSteps steps) {
        this.invocation = invocation;
        this.cascade = invocation.cascade();
        this.session = session;
        this.events = events;
        ParentRun parent = invocation.parent();
        this.sum = new RunSum(parent == null ? null : parent.sum());
        this.late = parent == null ? Optional::empty : parent.late();
        this.names = new RunNames(invocation);
        this.time = RunTime.start(clock, invocation.overrides().timeout());
        this.cells = new BookedCells(invocation, session, events, steps, time, sum);
    }

    CascadeResult run() throws InterruptedException {
        ParentRun parent = invocation.parent();
        events.record(
                new Event.SessionStarted(
                        session,
                        invocation.caller(),
                        parent == null ? "" : parent.session(),
                        parent == null ? "" : parent.cell(),
                        invocation.depth(),
                        cascade.id(),
                        cascade.file(),
                        cascade.definition(),
                        cascade.subCascades().findAny().isPresent() ? cascade.contentHash() : "",
                        invocation.input().toString(),
                        invocation.inputHash(),
                        invocation.sourceRow(),
                        invocation.rowKeyJson(),
                        time.started()));
        CellAnswer last;
        try {
            last = new FlowRun(cascade.graph(), cells, names, time).run();
        } catch (RowFailure failure) {
            RowError error = failure.error(sum.modelCalls());
            ended(SessionStatus.ERROR, "", error.toJson().toString());
            return result(null, null, error);
        } catch (InterruptedException e) {
            SessionStatus status =
                    late.get().isEmpty() ? SessionStatus.CANCELLED : SessionStatus.ERROR;
            ended(status, "", RunFault.json(e, late.get(), sum.modelCalls()));
            throw e;
        } catch (RuntimeException | Error e) {
            ended(SessionStatus.ERROR, "", RunFault.json(e, late.get(), sum.modelCalls()));
            throw e;
        }
        JsonNode output = last.output();
        ended(SessionStatus.COMPLETED, output.toString(), "");
        boolean structured = !last.plainText() && !output.isNull();
        return result(AnswerJson.clean(output), structured ? output : null, null);
    }

    private CascadeResult result(
            @Nullable String value, @Nullable JsonNode output, @Nullable RowError error) {
        return new CascadeResult(
                session,
                value,
                output,
                names.outputs(),
                sum.usage(),
                sum.modelCalls(),
                time.elapsed(),
                error);
    }

    private void ended(SessionStatus status, String output, String error) {
        events.record(
                new Event.SessionEnded(
                        session, status, output, error, time.elapsed(), time.clock().instant()));
    }
}
