package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer of a model that was asked for an object with one property, one of some words, and that
 * wrote the word alone.
 *
 * <p>It says all that the object would. Threading: stateless.
 */
final class BareWord {
    /** In a fence or not, whatever it calls itself; between signs that are no part of a word. */
    private static final Pattern ALONE =
            Pattern.compile("(?s)\\s*(?:```\\w*\\s*\\n)?[^\\p{L}\\p{N}]*(.*?)[^\\p{L}\\p{N}]*");

    private static final int LONGEST = 1_000;

    private BareWord() {}

    /**
     * The object that the word stands for; empty if the text is something else, or the schema wants
     * more than one property.
     */
    static Optional<JsonNode> read(String text, JsonNode schema) {
        JsonNode required = schema.path("required");
        if (text.length() > LONGEST
                || required.size() != 1
                || !"object".equals(schema.path("type").asText())) {
            return Optional.empty();
        }
        String property = required.path(0).asText();
        Matcher alone = ALONE.matcher(text);
        if (!alone.matches()) {
            return Optional.empty();
        }
        String word = alone.group(1);
        for (JsonNode allowed : schema.path("properties").path(property).path("enum")) {
            if (allowed.isTextual() && allowed.textValue().equalsIgnoreCase(word)) {
                return Optional.of(JsonNodeFactory.instance.objectNode().set(property, allowed));
            }
        }
        return Optional.empty();
    }
}
