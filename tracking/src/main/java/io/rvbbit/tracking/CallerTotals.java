package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.AttemptStarted;
import io.rvbbit.tracking.Event.CellEnded;
import io.rvbbit.tracking.Event.SessionEnded;
import io.rvbbit.tracking.Event.SessionStarted;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts what each running caller has sent and paid, as its events pass by on their way to the
 * books.
 *
 * <p>What is counted is what is booked, so a caller's totals equal the sum of its rows, failed and
 * cancelled sessions included. Threading: any thread.
 */
public final class CallerTotals implements EventSink {
    /**
     * @param attempts requests sent to models, answered or not
     * @param usage sum over all ended cells
     */
    public record Totals(long attempts, Usage usage) {
        static final Totals NONE = new Totals(0, Usage.NONE);

        private Totals plusAttempt() {
            return new Totals(attempts + 1, usage);
        }

        private Totals plus(Usage more) {
            return new Totals(attempts, usage.plus(more));
        }
    }

    private final EventSink books;
    private final ConcurrentMap<String, CallerId> sessions = new ConcurrentHashMap<>();
    private final ConcurrentMap<CallerId, Totals> callers = new ConcurrentHashMap<>();

    /** {@code books} gets every event, after it has been counted. */
    public CallerTotals(EventSink books) {
        this.books = books;
    }

    /** Begins to count for a caller; sessions of a caller that has not begun are not counted. */
    public void begin(CallerId caller) {
        callers.put(caller, Totals.NONE);
    }

    /** Ends the count; what comes later is booked, but in no total. */
    public Totals end(CallerId caller) {
        return Optional.ofNullable(callers.remove(caller)).orElse(Totals.NONE);
    }

    @Override
    public void record(Event event) {
        switch (event) {
            case SessionStarted started -> sessions.put(started.sessionId(), started.caller());
            case AttemptStarted attempt ->
                    caller(attempt.sessionId())
                            .ifPresent(caller ->
                                    callers.computeIfPresent(
                                            caller, (_, totals) -> totals.plusAttempt()));
            case CellEnded cell -> cellEnded(cell);
            case SessionEnded ended -> sessions.remove(ended.sessionId());
            case Event.StatementStarted _,
                    Event.StatementEnded _,
                    Event.CellStarted _,
                    Event.AttemptEnded _,
                    Event.ToolStarted _,
                    Event.ToolEnded _,
                    Event.AnswerServed _,
                    Event.Noted _ -> {
                // Nothing in these is counted.
            }
        }
        books.record(event);
    }

    private void cellEnded(CellEnded cell) {
        Usage usage = cell.usage();
        if (usage != null) {
            caller(cell.sessionId())
                    .ifPresent(caller ->
                            callers.computeIfPresent(caller, (_, totals) -> totals.plus(usage)));
        }
    }

    private Optional<CallerId> caller(String sessionId) {
        return Optional.ofNullable(sessions.get(sessionId));
    }
}
