package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators and functions that look into {@code jsonb} or change it. Threading: stateless. */
final class JsonEdit {
    private JsonEdit() {}

    /** PostgreSQL's name for what DuckDB calls the type of a JSON value. */
    static String typeName(String type) {
        return switch (type) {
            case "OBJECT" -> "object";
            case "ARRAY" -> "array";
            case "VARCHAR" -> "string";
            case "BOOLEAN" -> "boolean";
            case "NULL" -> "null";
            default -> "number";
        };
    }

    static boolean contains(String whole, String part) {
        JsonNode outer = JsonbText.parse(whole);
        JsonNode inner = JsonbText.parse(part);
        // The one exception to "same shape": an array contains a scalar.
        if (outer.isArray() && !inner.isContainerNode()) {
            return element(outer, inner);
        }
        return contains(outer, inner);
    }

    private static boolean contains(JsonNode outer, JsonNode inner) {
        if (inner.isObject()) {
            if (!outer.isObject()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> member : inner.properties()) {
                JsonNode other = outer.get(member.getKey());
                if (other == null || !contains(other, member.getValue())) {
                    return false;
                }
            }
            return true;
        }
        if (inner.isArray()) {
            if (!outer.isArray()) {
                return false;
            }
            for (JsonNode one : inner) {
                if (!element(outer, one)) {
                    return false;
                }
            }
            return true;
        }
        return same(outer, inner);
    }

    private static boolean element(JsonNode array, JsonNode wanted) {
        for (JsonNode one : array) {
            if (contains(one, wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return (a.isNumber() && b.isNumber())
                ? a.decimalValue().compareTo(b.decimalValue()) == 0
                : a.equals(b);
    }

    /** {@code @>} of arrays: every element of the part is one of the whole; NULL equals nothing. */
    static boolean listContains(String whole, String part) {
        Set<JsonNode> elements = new HashSet<>();
        JsonbText.parse(whole).forEach(elements::add);
        JsonNode wanted = JsonbText.parse(part);
        if (wanted.isTextual()) {
            wanted = JsonbText.parse(Values.arrayJson(wanted.asText()));
            Set<JsonNode> texts = new HashSet<>();
            elements.forEach(one -> texts.add(JsonNodeFactory.instance.textNode(one.asText())));
            elements = texts;
        }
        for (JsonNode one : wanted) {
            if (one.isNull() || !elements.contains(one)) {
                return false;
            }
        }
        return true;
    }

    static boolean exists(String json, String keys, boolean all) {
        JsonNode node = JsonbText.parse(json);
        for (String key : JsonPath.steps(keys)) {
            boolean found = node.isObject() ? node.has(key) : holds(node, key);
            if (found != all) {
                return found;
            }
        }
        return all;
    }

    private static boolean holds(JsonNode node, String key) {
        if (!node.isArray()) {
            return node.isTextual() && node.asText().equals(key);
        }
        for (JsonNode element : node) {
            if (element.isTextual() && element.asText().equals(key)) {
                return true;
            }
        }
        return false;
    }

    static String concat(String a, String b) {
        JsonNode left = JsonbText.parse(a);
        JsonNode right = JsonbText.parse(b);
        if (left.isObject() && right.isObject()) {
            ObjectNode merged = left.deepCopy();
            right.properties().forEach(member -> merged.set(member.getKey(), member.getValue()));
            return JsonbText.write(merged);
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        append(all, left);
        append(all, right);
        return JsonbText.write(all);
    }

    private static void append(ArrayNode all, JsonNode value) {
        if (value.isArray()) {
            value.forEach(all::add);
        } else {
            all.add(value);
        }
    }

    /**
     * @param what as JSON: a key, an index, or an array of keys
     */
    static String delete(String json, String what) {
        JsonNode node = JsonbText.parse(json).deepCopy();
        JsonNode removed = JsonbText.parse(what);
        if (!node.isContainerNode()) {
            throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "cannot delete from scalar");
        }
        if (removed.isIntegralNumber()) {
            if (!node.isArray()) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "cannot delete from object using integer index");
            }
            int index = index((ArrayNode) node, removed.asInt());
            ((ArrayNode) node).remove(index);
            return JsonbText.write(node);
        }
        List<String> keys = new ArrayList<>();
        if (removed.isArray()) {
            removed.forEach(key -> keys.add(key.asText()));
        } else {
            keys.add(removed.asText());
        }
        for (String key : keys) {
            remove(node, key);
        }
        return JsonbText.write(node);
    }

    private static void remove(JsonNode node, String key) {
        if (node instanceof ObjectNode object) {
            object.remove(key);
        } else if (node instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (array.get(i).isTextual() && array.get(i).asText().equals(key)) {
                    array.remove(i);
                }
            }
        }
    }

    static String deletePath(String json, String path) {
        JsonNode node = JsonbText.parse(json).deepCopy();
        List<String> steps = JsonPath.steps(path);
        if (!steps.isEmpty()) {
            JsonNode parent = parent(node, steps);
            if (parent instanceof ObjectNode object) {
                object.remove(steps.getLast());
            } else if (parent instanceof ArrayNode array) {
                array.remove(index(array, number(steps.getLast())));
            }
        }
        return JsonbText.write(node);
    }

    static String set(String json, String path, String value, boolean create) {
        JsonNode node = JsonbText.parse(json).deepCopy();
        JsonNode replacement = JsonbText.parse(value);
        List<String> steps = JsonPath.steps(path);
        if (steps.isEmpty()) {
            return JsonbText.write(node);
        }
        JsonNode parent = parent(node, steps);
        if (parent instanceof ObjectNode object) {
            if (create || object.has(steps.getLast())) {
                object.set(steps.getLast(), replacement);
            }
        } else if (parent instanceof ArrayNode array) {
            int wanted = number(steps.getLast());
            int index = index(array, wanted);
            if (index >= 0 && index < array.size()) {
                array.set(index, replacement);
            } else if (create && wanted < 0) {
                array.insert(0, replacement);
            } else if (create) {
                array.add(replacement);
            }
        }
        return JsonbText.write(node);
    }

    static String insert(String json, String path, String value, boolean after) {
        JsonNode node = JsonbText.parse(json).deepCopy();
        JsonNode added = JsonbText.parse(value);
        List<String> steps = JsonPath.steps(path);
        JsonNode parent = steps.isEmpty() ? null : parent(node, steps);
        if (parent instanceof ObjectNode object) {
            if (object.has(steps.getLast())) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE, "cannot replace existing key");
            }
            object.set(steps.getLast(), added);
        } else if (parent instanceof ArrayNode array) {
            int index = index(array, number(steps.getLast())) + (after ? 1 : 0);
            array.insert(Math.clamp(index, 0, array.size()), added);
        }
        return JsonbText.write(node);
    }

    static String withoutNulls(String json) {
        JsonNode node = JsonbText.parse(json).deepCopy();
        strip(node);
        return node.toString();
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(member -> member.getValue().isNull());
        }
        node.forEach(JsonEdit::strip);
    }

    private static @Nullable JsonNode parent(JsonNode node, List<String> steps) {
        JsonNode at = node;
        for (String step : steps.subList(0, steps.size() - 1)) {
            if (at instanceof ArrayNode array) {
                at = array.get(index(array, number(step)));
            } else {
                at = at.get(step);
            }
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    private static int index(ArrayNode array, int wanted) {
        return wanted < 0 ? array.size() + wanted : wanted;
    }

    private static int number(String step) {
        try {
            return Integer.parseInt(step);
        } catch (NumberFormatException fault) {
            throw new SqlException(
                    SqlState.INVALID_TEXT_REPRESENTATION,
                    "path element is not an integer: \"" + step + "\"",
                    fault);
        }
    }
}
