package io.rvbbit.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * The start or the end of a call as JSON, for others; described in {@code docs/kafka.md}.
 *
 * <p>Without what was asked and answered, which stands in the books. Threading: immutable.
 */
final class KafkaCall {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    private KafkaCall() {}

    static byte[] started(
            UUID origin, LoggedEvent logged, Event.AttemptStarted event, String caller)
            throws JsonProcessingException {
        ObjectNode call = call(event.requestId(), "started_at", event.at(), caller);
        place(call, event.sessionId(), event.cell(), event.attempt(), event.turn());
        call.put("model_requested", event.modelRequested()).put("provider", event.provider());
        return finished(call, origin, logged);
    }

    static byte[] ended(UUID origin, LoggedEvent logged, Event.AttemptEnded event, String caller)
            throws JsonProcessingException {
        ObjectNode call = call(event.requestId(), "ended_at", event.at(), caller);
        place(call, event.sessionId(), event.cell(), event.attempt(), event.turn());
        call.put("model_requested", event.modelRequested())
                .put("model", event.model())
                .put("provider", event.provider())
                .put("duration_ms", event.duration().toMillis());
        Usage usage = event.usage();
        if (usage == null) {
            call.putNull("tokens_in").putNull("tokens_out").putNull("cost_usd");
        } else {
            call.put("tokens_in", usage.tokensIn()).put("tokens_out", usage.tokensOut());
            call.put("cost_usd", usage.priced() ? usage.costUsd() : null);
        }
        if (event.errorJson().isEmpty()) {
            call.putNull("error");
        } else {
            call.set("error", JSON.readTree(JsonText.orObject(event.errorJson())));
        }
        return finished(call, origin, logged);
    }

    private static ObjectNode call(String id, String when, Instant at, String caller) {
        return JSON.createObjectNode()
                .put("version", VERSION)
                .put("id", id)
                .put(when, at.toString())
                .put("caller_id", caller);
    }

    private static void place(ObjectNode call, String session, String cell, int attempt, int turn) {
        call.put("session_id", session)
                .put("cell_name", cell)
                .put("attempt_number", attempt)
                .put("turn_number", turn);
    }

    private static byte[] finished(ObjectNode call, UUID origin, LoggedEvent logged)
            throws JsonProcessingException {
        call.put("message_id", logged.messageId().toString())
                .put("origin", origin.toString())
                .put("position", logged.position());
        return JSON.writeValueAsBytes(call);
    }
}
