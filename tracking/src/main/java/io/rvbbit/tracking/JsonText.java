package io.rvbbit.tracking;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON that arrives as text: columns named {@code *_json} hold valid JSON whatever came.
 *
 * <p>Threading: any thread.
 */
final class JsonText {
    /** Characters of an input that {@code content_json} shows under the key {@code $}. */
    static final int PREVIEW_CHARACTERS = 200;

    /** What JSON can begin with, white space included. */
    private static final String BEGINNINGS = "{[\"-0123456789tfn \t\r\n";

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonText() {}

    /** The text itself if it is JSON, {@code {}} for nothing, else the text as a JSON string. */
    static String orObject(String text) {
        if (text.isEmpty()) {
            return "{}";
        }
        return isJson(text) ? text : quote(text);
    }

    /**
     * An object with the input, and a preview of it under the flat key {@code $}: so {@code
     * JSONExtractString(content_json, '$')} gives the same in every store.
     */
    static String withPreview(String input) {
        String preview = input;
        if (input.length() > PREVIEW_CHARACTERS) {
            int end = PREVIEW_CHARACTERS;
            if (Character.isHighSurrogate(input.charAt(end - 1))) {
                end--;
            }
            preview = input.substring(0, end);
        }
        return "{\"$\":" + quote(preview) + ",\"input\":" + orObject(input) + "}";
    }

    /** An object that holds the text under one plain name; {@code {}} for nothing. */
    static String underKey(String name, String text) {
        return text.isEmpty() ? "{}" : "{\"" + name + "\":" + orObject(text) + "}";
    }

    /** What a session says of itself: which version of its cascade runs, and its row's key. */
    static String ofStart(String rowKeyJson, String contentHash) {
        String key = rowKeyJson.isEmpty() ? "" : "\"key\":" + orObject(rowKeyJson) + ",";
        return "{" + key + "\"content_hash\":" + quote(contentHash) + "}";
    }

    /** Where a served answer comes from, and what it cost whoever paid for it. */
    static String served(Event.AnswerServed event) {
        return "{\"session_id\":"
                + quote(event.computedBy())
                + ",\"models\":"
                + quote(event.models())
                + ",\"computed_at\":"
                + quote(event.computedAt().toString())
                + ",\"saved_tokens_in\":"
                + event.savedTokensIn()
                + ",\"saved_tokens_out\":"
                + event.savedTokensOut()
                + ",\"saved_cost\":"
                + (event.savedCostUsd().isEmpty() ? "null" : quote(event.savedCostUsd()))
                + "}";
    }

    /** The object with one text more; what is no object stands in one as {@code value}. */
    static String with(String json, String name, String text) {
        try {
            JsonNode tree = JSON.readTree(json);
            ObjectNode object =
                    tree instanceof ObjectNode known
                            ? known
                            : JSON.createObjectNode().set("value", tree);
            return object.put(name, text).toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** A field of an object as text; empty where there is no such object or field. */
    static String field(String text, String name) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            JsonNode tree = JSON.readTree(text);
            return tree.path(name).asText("");
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private static boolean isJson(String text) {
        // Most of what is not JSON is a word, and an exception for each would be dear.
        if (BEGINNINGS.indexOf(text.charAt(0)) < 0) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
