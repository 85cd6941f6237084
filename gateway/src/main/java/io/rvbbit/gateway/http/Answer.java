package io.rvbbit.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole answer.
 *
 * @param headers besides those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to the socket; nobody compares it
record Answer(
        HttpResponseStatus status, String contentType, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";

    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer json(HttpResponseStatus status, JsonNode json) {
        try {
            return json(status, Json.MAPPER.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree has a text", e);
        }
    }

    static Answer json(HttpResponseStatus status, byte[] json) {
        return new Answer(status, JSON, json, Map.of());
    }

    static Answer text(String contentType, String text) {
        return new Answer(
                HttpResponseStatus.OK,
                contentType,
                text.getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, contentType, body, more);
    }
}
