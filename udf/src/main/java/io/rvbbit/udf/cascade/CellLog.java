package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the books of one cell's attempts, or of those of one of its takes, and adds up what they
 * cost, failed ones included.
 *
 * <p>Threading: any thread; a cell that is out of time may still tell its last attempt while its
 * sum is read.
 */
final class CellLog implements AttemptLog {
    private final EventSink events;
    private final Clock clock;
    private final CallerId caller;
    private final String sessionId;
    private final String cell;
    private final Supplier<Optional<String>> outer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Sent> open = new HashMap<>();
    private final CellTally tally;
    private final int take;
    private int turn = 1;
    private int latest;
    private String next = "";

    private record Sent(int attempt, int turn, String modelRequested, String provider) {}

    /** What all attempts came to; {@code usage} is null where no reply told anything of it. */
    record Sum(@Nullable Usage usage, int attempts, String model, String provider) {}

    /** {@code outer}: why a cell that this one is a part of is out of time; empty if none is. */
    CellLog(
            EventSink events,
            Clock clock,
            CallerId caller,
            String sessionId,
            String cell,
            Supplier<Optional<String>> outer) {
        this(events, clock, caller, sessionId, cell, outer, Event.NO_TAKE, new CellTally(null));
    }

    private CellLog(
            EventSink events,
            Clock clock,
            CallerId caller,
            String sessionId,
            String cell,
            Supplier<Optional<String>> outer,
            int take,
            CellTally tally) {
        this.outer = outer;
        this.events = events;
        this.clock = clock;
        this.caller = caller;
        this.sessionId = sessionId;
        this.cell = cell;
        this.take = take;
        this.tally = tally;
    }

    /** For one take of the cell: it adds up its own attempts, which are the cell's, too. */
    CellLog ofTake(int index) {
        return new CellLog(
                events, clock, caller, sessionId, cell, outer, index, new CellTally(tally));
    }

    /** For one row of the cell: its turns are its own, its attempts are the cell's, too. */
    CellLog ofRow() {
        return ofTake(take);
    }

    /** The take that it is for; {@link Event#NO_TAKE} if for none. */
    int take() {
        return take;
    }

    CellTally tally() {
        return tally;
    }

    /** The turn, 1-based within the conversation, of the attempts that follow. */
    void turn(int number) {
        lock.lock();
        try {
            turn = number;
        } finally {
            lock.unlock();
        }
    }

    /** The cell is out of time: whatever is interrupted from now on is interrupted for that. */
    void late(String reason) {
        tally.late(reason);
    }

    @Override
    public Optional<String> late() {
        return tally.late().or(outer);
    }

    Sum sum() {
        return tally.sum();
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        BookRoom.await(events, caller);
    }

    @Override
    public void started(String requestId, String modelRequested, String from, String requestJson) {
        int attempt = tally.begins(from);
        Sent sent;
        lock.lock();
        try {
            latest = attempt;
            sent = new Sent(attempt, turn, modelRequested, from);
            open.put(requestId, sent);
        } finally {
            lock.unlock();
        }
        events.record(
                new Event.AttemptStarted(
                        sessionId,
                        cell,
                        requestId,
                        sent.attempt(),
                        sent.turn(),
                        take,
                        modelRequested,
                        from,
                        requestJson,
                        clock.instant()));
    }

    @Override
    public void ended(
            String requestId,
            String answeredBy,
            @Nullable Usage cost,
            String responseJson,
            String toolCallsJson,
            String errorJson,
            Duration duration) {
        Sent sent;
        lock.lock();
        try {
            sent = open.remove(requestId);
            if (sent == null) {
                throw new IllegalStateException("an attempt ends once, after it has started");
            }
        } finally {
            lock.unlock();
        }
        tally.ends(cost, errorJson.isEmpty(), answeredBy);
        events.record(
                new Event.AttemptEnded(
                        sessionId,
                        cell,
                        requestId,
                        sent.attempt(),
                        sent.turn(),
                        take,
                        sent.modelRequested(),
                        answeredBy,
                        sent.provider(),
                        cost,
                        responseJson,
                        toolCallsJson,
                        errorJson,
                        duration,
                        clock.instant()));
    }

    @Override
    public void retrying(Duration wait, String reason) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("wait_ms", wait.toMillis());
        content.put("reason", reason);
        note(Event.NoteType.RETRY, content);
    }

    /** Another answer is asked for, for this reason; {@code attempt} is its number, from 2. */
    void again(int attempt, String reason) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("wait_ms", 0);
        content.put("reason", reason);
        content.put("attempt", attempt);
        note(Event.NoteType.RETRY, content);
    }

    /** The answer of this attempt does not fit its schema. */
    void invalid(int attempt, List<String> faults) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("validator", "output_schema");
        content.put("valid", false);
        content.put("reason", String.join("; ", faults));
        content.put("attempt", attempt);
        faults.forEach(content.putArray("faults")::add);
        note(Event.NoteType.VALIDATION, content);
    }

    /** A validator has judged the input, or the answer of this attempt. */
    void judged(Check check, Verdict verdict, int attempt) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("validator", check.validator().name());
        String where = check.where().name().toLowerCase(Locale.ROOT);
        boolean ward = check.where().isWard();
        if (ward) {
            content.put("ward", where);
        }
        content.put("mode", ward ? check.mode().name().toLowerCase(Locale.ROOT) : where);
        content.put("valid", verdict.valid());
        content.put("reason", verdict.reason());
        content.put("attempt", attempt);
        note(Event.NoteType.VALIDATION, content);
    }

    /** What was asked since then was a validator's: the cell's model is the one before. */
    void answeredAs(Sum before) {
        tally.answeredBy(before);
    }

    /** The model has chosen which cell is next. */
    void handedTo(String target, String reason) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("from", cell);
        content.put("to", target);
        content.put("reason", reason);
        lock.lock();
        try {
            next = target;
        } finally {
            lock.unlock();
        }
        note(Event.NoteType.HANDOFF, content);
    }

    /** The answer of a take is the cell's, and what its model has chosen to be next. */
    void follow(CellLog winner) {
        tally.answeredBy(winner.sum());
        String chosen = winner.next();
        lock.lock();
        try {
            next = chosen;
        } finally {
            lock.unlock();
        }
    }

    /** The cell that the model has chosen to be next; empty if it has chosen none. */
    String next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void note(Event.NoteType type, ObjectNode content) {
        int attempt;
        lock.lock();
        try {
            attempt = latest;
        } finally {
            lock.unlock();
        }
        events.record(
                new Event.Noted(
                        sessionId, cell, type, attempt, take, content.toString(), clock.instant()));
    }
}
