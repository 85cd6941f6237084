package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.AttemptEnded;
import io.rvbbit.tracking.Event.AttemptStarted;
import io.rvbbit.tracking.Event.CellEnded;
import io.rvbbit.tracking.Event.SessionEnded;
import io.rvbbit.tracking.Event.SessionStarted;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Counts what each running caller has sent and paid, as its events pass by on their way to the
 * books.
 *
 * <p>What is counted is what is booked, so a caller's totals equal the sum of its rows, failed and
 * cancelled sessions included. Threading: any thread.
 */
public final class CallerTotals implements EventSink {
    /** More models than that are not told apart. */
    private static final int MOST_MODELS = 16;

    /**
     * @param attempts requests sent to models, answered or not
     * @param usage sum over all ended cells
     */
    public record Totals(long attempts, Usage usage) {
        static final Totals NONE = new Totals(0, Usage.NONE);
    }

    /**
     * How a running caller stands.
     *
     * @param inFlight requests that have left and have not ended
     * @param spent sum over all ended requests: those of cells that still run, too
     * @param models that were asked, by the names they were asked by
     */
    public record SoFar(Totals totals, long inFlight, Usage spent, Set<String> models) {
        static final SoFar NONE = new SoFar(Totals.NONE, 0, Usage.NONE, Set.of());

        public SoFar {
            models = Set.copyOf(models);
        }

        private SoFar attemptStarted(String model) {
            Set<String> asked = models;
            if (!model.isEmpty() && !models.contains(model) && models.size() < MOST_MODELS) {
                asked = new HashSet<>(models);
                asked.add(model);
            }
            return new SoFar(
                    new Totals(totals.attempts() + 1, totals.usage()), inFlight + 1, spent, asked);
        }

        private SoFar attemptsEnded(long attempts, Usage usage) {
            return new SoFar(totals, inFlight - attempts, spent.plus(usage), models);
        }

        private SoFar cellEnded(Usage usage) {
            return new SoFar(
                    new Totals(totals.attempts(), totals.usage().plus(usage)),
                    inFlight,
                    spent,
                    models);
        }
    }

    /** {@code open}: requests that have left and have not ended. */
    private record Session(CallerId caller, AtomicInteger open) {}

    private final EventSink books;
    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final ConcurrentMap<CallerId, SoFar> callers = new ConcurrentHashMap<>();
    private final HeldCallers held = new HeldCallers();

    /** {@code books} gets every event, after it has been counted. */
    public CallerTotals(EventSink books) {
        this.books = books;
    }

    /**
     * Begins to count for a caller; sessions of a caller that has not begun are not counted.
     *
     * @param heldUp is told why, each time that something of the caller waits for room in the
     *     books; on the thread that waits
     */
    public void begin(CallerId caller, Consumer<String> heldUp) {
        callers.put(caller, SoFar.NONE);
        held.listen(caller, heldUp);
    }

    /** Ends the count; what comes later is booked, but in no total. */
    public Totals end(CallerId caller) {
        held.forget(caller);
        return Optional.ofNullable(callers.remove(caller)).orElse(SoFar.NONE).totals();
    }

    /** What a caller has come to by now; nothing if it does not run. */
    public SoFar soFar(CallerId caller) {
        return callers.getOrDefault(caller, SoFar.NONE);
    }

    @Override
    public void record(Event event) {
        switch (event) {
            case SessionStarted started ->
                    sessions.put(
                            started.sessionId(),
                            new Session(started.caller(), new AtomicInteger()));
            case AttemptStarted attempt -> attemptStarted(attempt);
            case AttemptEnded attempt -> attemptEnded(attempt);
            case CellEnded cell -> cellEnded(cell);
            case SessionEnded ended -> sessionEnded(ended);
            case Event.StatementStarted _,
                    Event.StatementEnded _,
                    Event.CellStarted _,
                    Event.ToolStarted _,
                    Event.ToolEnded _,
                    Event.AnswerServed _,
                    Event.StatementEstimated _,
                    Event.SpanEnded _,
                    Event.FallbackEnded _,
                    Event.Noted _ -> {
                // Nothing in these is counted.
            }
        }
        books.record(event);
    }

    @Override
    public String refusing() {
        return books.refusing();
    }

    @Override
    public boolean awaitRoom(CallerId caller, CompletableFuture<?> stopped)
            throws InterruptedException {
        String why = books.refusing();
        if (why.isEmpty()) {
            return true;
        }
        held.began(caller, why);
        try {
            return books.awaitRoom(caller, stopped);
        } finally {
            held.ended(caller);
        }
    }

    @Override
    public Hold hold(CallerId caller, String why) {
        held.began(caller, why);
        return () -> held.ended(caller);
    }

    /** Why something of this caller waits for room; empty if nothing does. */
    public String heldUpBy(CallerId caller) {
        String first = held.why(caller);
        String now = first.isEmpty() ? "" : books.refusing();
        return now.isEmpty() ? first : now;
    }

    private void attemptStarted(AttemptStarted attempt) {
        Session session = sessions.get(attempt.sessionId());
        if (session != null) {
            session.open().incrementAndGet();
            count(session, soFar -> soFar.attemptStarted(attempt.modelRequested()));
        }
    }

    private void attemptEnded(AttemptEnded attempt) {
        Session session = sessions.get(attempt.sessionId());
        if (session != null) {
            session.open().decrementAndGet();
            Usage usage = attempt.usage() == null ? Usage.NONE : attempt.usage();
            count(session, soFar -> soFar.attemptsEnded(1, usage));
        }
    }

    private void cellEnded(CellEnded cell) {
        Session session = sessions.get(cell.sessionId());
        Usage usage = cell.usage();
        if (session != null && usage != null) {
            count(session, soFar -> soFar.cellEnded(usage));
        }
    }

    /** A request that was given up may be told later than its session's end. */
    private void sessionEnded(SessionEnded ended) {
        Session session = sessions.remove(ended.sessionId());
        if (session != null && session.open().get() > 0) {
            long left = session.open().get();
            count(session, soFar -> soFar.attemptsEnded(left, Usage.NONE));
        }
    }

    private void count(Session session, UnaryOperator<SoFar> change) {
        callers.computeIfPresent(session.caller(), (_, soFar) -> change.apply(soFar));
    }
}
