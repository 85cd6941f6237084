package io.rvbbit.gateway.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.NearestName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/sql/execute}.
 *
 * @param sessionId empty: a session of its own
 */
record ExecuteRequest(String query, Optional<String> sessionId, Format format) {
    private static final List<String> KEYS = List.of("query", "session_id", "format");
    private static final String SESSION_ID = "[A-Za-z0-9._-]{1,64}";

    /** What the rows become. */
    enum Format {
        /** Objects. */
        RECORDS,
        /** Arrays. */
        JSON,
        /** Lines of comma-separated values, streamed. */
        CSV,
        /** Lines of objects, streamed. */
        NDJSON;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static List<String> words() {
            return Arrays.stream(values()).map(Format::word).toList();
        }
    }

    /**
     * @throws Refusal 400 that says what is wrong
     */
    static ExecuteRequest parse(byte[] body) {
        JsonNode json = object(body, KEYS);
        String query = required(json, "query", "{\"query\": \"SELECT 1\"}");
        Optional<String> session = text(json, "session_id").filter(id -> !id.isEmpty());
        session.ifPresent(ExecuteRequest::checkSessionId);
        return new ExecuteRequest(query, session, format(text(json, "format").orElse("records")));
    }

    /**
     * @param keys the only ones that it may have
     * @throws Refusal 400 that says what is wrong, and where
     */
    static JsonNode object(byte[] body, List<String> keys) {
        JsonNode json = read(body);
        if (json == null || !json.isObject()) {
            throw Refusal.badRequest("the body is not a JSON object", "");
        }
        for (String key : (Iterable<String>) json::fieldNames) {
            if (!keys.contains(key)) {
                throw Refusal.badRequest(
                        "unknown key \"" + key + "\"",
                        NearestName.of(key, keys)
                                .map(near -> "did you mean \"" + near + "\"?")
                                .orElse("the keys are " + String.join(", ", keys)));
            }
        }
        return json;
    }

    private static @Nullable JsonNode read(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw Refusal.badRequest(
                    "the body is not JSON: " + e.getOriginalMessage(),
                    at == null
                            ? ""
                            : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
        } catch (IOException e) {
            throw new IllegalStateException("bytes can be read", e);
        }
    }

    static String required(JsonNode json, String key, String example) {
        return text(json, key)
                .orElseThrow(
                        () -> Refusal.badRequest("\"" + key + "\" is missing", "send " + example));
    }

    static Optional<String> text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw Refusal.badRequest("\"" + key + "\" is not a string", "");
        }
        return Optional.of(value.textValue());
    }

    static void checkSessionId(String id) {
        if (!id.matches(SESSION_ID)) {
            throw Refusal.badRequest(
                    "\"session_id\" cannot be the name of a session",
                    "up to 64 letters, digits, '.', '_' and '-'");
        }
    }

    private static Format format(String word) {
        return Arrays.stream(Format.values())
                .filter(format -> format.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.badRequest(
                                "unknown format \"" + word + "\"",
                                "the formats are " + String.join(", ", Format.words())));
    }
}
