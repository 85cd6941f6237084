package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
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

    /** Which turn of its conversation this is, 1-based: one more than the model has had. */
    public int turn() {
        return messages("assistant").size() + 1;
    }

    /** Names of the functions that the model may call, in order. */
    public List<String> tools() {
        List<String> names = new ArrayList<>();
        body.path("tools").forEach(tool -> names.add(tool.at("/function/name").asText()));
        return names;
    }

    /** What the functions that the model has called so far gave, in order. */
    public List<String> toolResults() {
        return messages("tool").stream().map(StubRequest::text).toList();
    }

    private List<JsonNode> messages(String role) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode message : body.path("messages")) {
            if (message.path("role").asText().equals(role)) {
                found.add(message);
            }
        }
        return found;
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
