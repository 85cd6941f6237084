package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A chat completion that somebody asked the stub for.
 *
 * @param number 1-based, in order of arrival
 * @param headers names in lower case
 */
public record StubRequest(long number, Map<String, String> headers, JsonNode body) {
    public StubRequest {
        headers = Map.copyOf(headers);
    }

    public String model() {
        return body.path("model").asText();
    }

    /** All messages' texts, one per line. */
    public String prompt() {
        StringBuilder all = new StringBuilder();
        body.path("messages").forEach(message -> all.append(text(message)).append('\n'));
        return all.toString();
    }

    /** The text of the last message that the user sent. */
    public String lastUserMessage() {
        String last = "";
        for (JsonNode message : body.path("messages")) {
            if (message.path("role").asText().equals("user")) {
                last = text(message);
            }
        }
        return last;
    }

    /** The schema that the answer shall follow; a missing node if there is none. */
    public JsonNode schema() {
        return body.path("response_format").path("json_schema").path("schema");
    }

    private static String text(JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder parts = new StringBuilder();
        content.forEach(part -> parts.append(part.path("text").asText("")));
        return parts.toString();
    }
}
