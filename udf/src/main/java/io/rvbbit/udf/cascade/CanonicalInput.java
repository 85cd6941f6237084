package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one cascade gives another, in the form that a statement's rows have: only what is read, keys
 * sorted at every level. Threading: immutable.
 */
final class CanonicalInput {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    private CanonicalInput() {}

    /** {@code read} null keeps all. */
    static ObjectNode of(ObjectNode given, @Nullable Set<String> read) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : names(given)) {
            if (read == null || read.contains(name)) {
                kept.set(name, sorted(given.get(name)));
            }
        }
        return kept;
    }

    private static JsonNode sorted(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> of(object, null);
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> copy.add(sorted(element)));
                yield copy;
            }
            default -> node;
        };
    }

    private static Set<String> names(ObjectNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** SHA-256, hex. */
    static String hash(ObjectNode canonical) {
        try {
            return CascadeParser.sha256(MAPPER.writeValueAsString(canonical));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }
}
