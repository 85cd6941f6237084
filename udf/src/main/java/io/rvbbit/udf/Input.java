package io.rvbbit.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A cascade's input in its canonical form: only what the cascade reads, keys sorted at every level.
 *
 * <p>The form decides what "the same input" means, and it is also what the cascade gets: what the
 * key leaves out, no prompt can show. Threading: immutable once made; the object belongs to the one
 * session that it starts.
 *
 * @param hash SHA-256 of the canonical text, hex
 */
record Input(ObjectNode object, String hash) {
    private static final int SHOWN_CHARACTERS = 60;

    /** {@code readColumns} null keeps all. */
    static Input of(ObjectNode object, @Nullable Set<String> readColumns) {
        ObjectNode canonical = JsonNodeFactory.instance.objectNode();
        for (String name : sortedNames(object)) {
            if (readColumns == null || readColumns.contains(name)) {
                canonical.set(name, canonical(object.get(name)));
            }
        }
        return new Input(canonical, sha256(Json.text(canonical)));
    }

    /**
     * Reads a function's argument: an object, or a JSON string that holds the text of one.
     *
     * @throws SqlException 22023 for anything else
     */
    static ObjectNode readObject(String text) {
        JsonNode node = unwrapped(text);
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "input is not a JSON object: " + shown(Json.text(node)))
                .hint("rvbbit_run('cascade', {'column': value}) or a whole row");
    }

    /**
     * Reads a function's rows, in the same two forms.
     *
     * @throws SqlException 22023 for anything but an array of objects
     */
    static ArrayNode readRows(String text) {
        JsonNode node = unwrapped(text);
        if (!(node instanceof ArrayNode rows)) {
            throw notRows(node);
        }
        for (JsonNode row : rows) {
            if (!row.isObject()) {
                throw notRows(row);
            }
        }
        return rows;
    }

    static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static SqlException notRows(JsonNode node) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "rows are not a JSON array of objects: " + shown(Json.text(node)))
                .hint("(SELECT json_group_array(t) FROM t)");
    }

    /** The macros apply {@code to_json}, which makes a JSON string of text that holds JSON. */
    private static JsonNode unwrapped(String text) {
        JsonNode node = parsed(text);
        return node.isTextual() ? parsed(node.textValue()) : node;
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE, "input is not JSON: " + shown(text))
                    .detail(e.getOriginalMessage());
        }
    }

    private static JsonNode canonical(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode sorted = JsonNodeFactory.instance.objectNode();
                sortedNames(object).forEach(name -> sorted.set(name, canonical(object.get(name))));
                yield sorted;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> copy.add(canonical(element)));
                yield copy;
            }
            // JSON has no such numbers; as text they survive every later reader.
            case JsonNode number when number.isDouble() && !Double.isFinite(number.doubleValue()) ->
                    TextNode.valueOf(Double.toString(number.doubleValue()));
            default -> node;
        };
    }

    private static Set<String> sortedNames(ObjectNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The beginning of a text, as messages show it. */
    static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
