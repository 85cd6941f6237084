package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds JSON in what models write: bare, in a fence, or within prose. */
final class AnswerJson {
    static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final ObjectReader WHOLE =
            MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern FENCE =
            Pattern.compile("```(?:json|JSON)?\\s*\\n?(.*?)```", Pattern.DOTALL);
    private static final int MAX_STARTS = 16;

    private AnswerJson() {}

    /** What our own code has written. */
    static JsonNode tree(String json) {
        return whole(json).orElseThrow();
    }

    /** The likeliest first: all of it, each fence, then each object or array within the text. */
    static List<JsonNode> candidates(String text, boolean plainText) {
        String trimmed = text.strip();
        List<JsonNode> found = new ArrayList<>();
        whole(trimmed).ifPresent(found::add);
        Matcher fence = FENCE.matcher(trimmed);
        for (int i = 0; i < MAX_STARTS && fence.find(); i++) {
            whole(fence.group(1).strip()).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            within(trimmed, found);
        }
        if (plainText) {
            found.add(JsonNodeFactory.instance.textNode(trimmed));
        }
        return found;
    }

    private static Optional<JsonNode> whole(String text) {
        try {
            JsonNode json = WHOLE.readTree(text);
            return json == null || json.isMissingNode() ? Optional.empty() : Optional.of(json);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void within(String text, List<JsonNode> found) {
        int at = 0;
        for (int starts = 0; starts < MAX_STARTS && found.size() < MAX_STARTS; starts++) {
            at = nextStart(text, at);
            if (at < 0) {
                return;
            }
            int end = prefix(text, at, found);
            at = end > at ? end : at + 1;
        }
    }

    private static int nextStart(String text, int from) {
        int object = text.indexOf('{', from);
        int array = text.indexOf('[', from);
        if (object < 0 || array < 0) {
            return Math.max(object, array);
        }
        return Math.min(object, array);
    }

    /** Reads one value at {@code at}; where it ends, or -1. */
    private static int prefix(String text, int at, List<JsonNode> found) {
        try (JsonParser parser = MAPPER.createParser(text.substring(at))) {
            JsonNode json = parser.readValueAsTree();
            if (json != null) {
                found.add(json);
                return at + Math.toIntExact(parser.currentLocation().getCharOffset());
            }
            return -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** A value's own text: that of a string without quotes, null for JSON null, else its JSON. */
    static @Nullable String text(JsonNode json) {
        if (json.isNull() || json.isMissingNode()) {
            return null;
        }
        if (json.isTextual()) {
            return json.textValue();
        }
        if (json.isBigDecimal()) {
            return SqlLiteral.plain(json.decimalValue());
        }
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }

    /** The clean extraction: an object with one property gives that property's value. */
    static @Nullable String clean(JsonNode output) {
        return text(output.isObject() && output.size() == 1 ? output.iterator().next() : output);
    }
}
