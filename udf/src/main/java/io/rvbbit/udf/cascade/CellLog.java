package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the books of one cell's attempts and adds up what they cost, failed ones included.
 *
 * <p>Threading: any thread; a cell that is out of time may still tell its last attempt while its
 * sum is read.
 */
final class CellLog implements AttemptLog {
    private static final Usage UNTOLD = Usage.unpriced(0, 0);

    private final EventSink events;
    private final Clock clock;
    private final CallerId caller;
    private final String sessionId;
    private final String cell;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Sent> open = new HashMap<>();
    private @Nullable Usage usage;
    private int attempts;
    private int turn = 1;
    private String next = "";
    private String late = "";
    private String model = "";
    private String provider = "";

    private record Sent(int attempt, int turn, String modelRequested, String provider) {}

    /** What all attempts came to; {@code usage} is null where no reply told anything of it. */
    record Sum(@Nullable Usage usage, int attempts, String model, String provider) {}

    CellLog(EventSink events, Clock clock, CallerId caller, String sessionId, String cell) {
        this.events = events;
        this.clock = clock;
        this.caller = caller;
        this.sessionId = sessionId;
        this.cell = cell;
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
        lock.lock();
        try {
            late = reason;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> late() {
        lock.lock();
        try {
            return late.isEmpty() ? Optional.empty() : Optional.of(late);
        } finally {
            lock.unlock();
        }
    }

    Sum sum() {
        lock.lock();
        try {
            return new Sum(attempts == 0 ? Usage.NONE : usage, attempts, model, provider);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        BookRoom.await(events, caller);
    }

    @Override
    public void started(String requestId, String modelRequested, String from, String requestJson) {
        Sent sent;
        lock.lock();
        try {
            attempts++;
            provider = from;
            sent = new Sent(attempts, turn, modelRequested, from);
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
            if (cost != null) {
                usage = usage == null ? cost : usage.plus(cost);
            } else if (errorJson.isEmpty()) {
                // An answer that does not say what it cost is not one that cost nothing.
                usage = usage == null ? UNTOLD : usage.plus(UNTOLD);
            }
            if (!answeredBy.isEmpty()) {
                model = answeredBy;
            }
        } finally {
            lock.unlock();
        }
        events.record(
                new Event.AttemptEnded(
                        sessionId,
                        cell,
                        requestId,
                        sent.attempt(),
                        sent.turn(),
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
        events.record(
                new Event.Noted(
                        sessionId,
                        cell,
                        type,
                        sum().attempts(),
                        content.toString(),
                        clock.instant()));
    }
}
