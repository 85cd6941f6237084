package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the body of a 200.
 *
 * @param content null where the model said nothing, as with tool calls; the text parts joined where
 *     it is an array of parts
 * @param refusal empty if the model did not decline
 * @param toolCalls in the API's own JSON, null if there are none
 */
record ChatReply(
        String model,
        @Nullable String content,
        String refusal,
        @Nullable JsonNode toolCalls,
        String finishReason) {

    /** Empty if this is no chat completion. */
    static Optional<ChatReply> read(JsonNode root) {
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            return Optional.empty();
        }
        JsonNode content = message.path("content");
        JsonNode calls = message.path("tool_calls");
        return Optional.of(
                new ChatReply(
                        root.path("model").asText(""),
                        text(content, "text"),
                        refusal(message.path("refusal"), content),
                        calls.isArray() && !calls.isEmpty() ? calls : null,
                        choice.path("finish_reason").asText("")));
    }

    private static @Nullable String text(JsonNode content, String partType) {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray()) {
            return null;
        }
        StringBuilder joined = new StringBuilder();
        boolean found = false;
        for (JsonNode part : content) {
            if (part.path("type").asText().equals(partType)) {
                joined.append(part.path(partType).asText());
                found = true;
            }
        }
        return found ? joined.toString() : null;
    }

    private static String refusal(JsonNode refusal, JsonNode content) {
        if (refusal.isTextual()) {
            return refusal.textValue();
        }
        String parts = content.isArray() ? text(content, "refusal") : null;
        return parts == null ? "" : parts;
    }
}
