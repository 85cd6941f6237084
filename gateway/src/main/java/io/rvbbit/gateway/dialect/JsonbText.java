package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The texts that PostgreSQL gives to {@code json} and {@code jsonb}. Threading: stateless. */
final class JsonbText {
    /** Shorter keys come first, then by bytes: the order in which {@code jsonb} keeps them. */
    private static final Comparator<String> KEYS =
            Comparator.<String>comparingInt(key -> key.getBytes(StandardCharsets.UTF_8).length)
                    .thenComparing(
                            key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private JsonbText() {}

    static JsonNode parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isMissingNode()) {
                return node;
            }
        } catch (JsonProcessingException _) {
            // Said below, in PostgreSQL's words.
        }
        throw new SqlException(
                SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json");
    }

    static String canonical(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        write(parse(text), out);
        return out.toString();
    }

    static String write(JsonNode node) {
        StringBuilder out = new StringBuilder();
        write(node, out);
        return out.toString();
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            String comma = "";
            out.append('{');
            for (Map.Entry<String, JsonNode> member : members(node)) {
                out.append(comma).append(quoted(member.getKey())).append(": ");
                write(member.getValue(), out);
                comma = ", ";
            }
            out.append('}');
        } else if (node.isArray()) {
            String comma = "";
            out.append('[');
            for (JsonNode element : node) {
                out.append(comma);
                write(element, out);
                comma = ", ";
            }
            out.append(']');
        } else {
            out.append(scalar(node));
        }
    }

    private static String scalar(JsonNode node) {
        if (node.isTextual()) {
            return quoted(node.asText());
        }
        return node.isNumber() ? node.decimalValue().toPlainString() : node.toString();
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    private static List<Map.Entry<String, JsonNode>> members(JsonNode object) {
        return object.properties().stream().sorted(Map.Entry.comparingByKey(KEYS)).toList();
    }

    /** As {@code json_build_object} and {@code json_agg} space the outermost level. */
    static String spaced(String text) {
        JsonNode node = parse(text);
        StringBuilder out = new StringBuilder(text.length() + 16);
        String comma = "";
        if (node.isObject()) {
            out.append('{');
            Iterator<Map.Entry<String, JsonNode>> members = node.properties().iterator();
            while (members.hasNext()) {
                Map.Entry<String, JsonNode> member = members.next();
                out.append(comma).append(quoted(member.getKey())).append(" : ");
                out.append(inner(member.getValue()));
                comma = ", ";
            }
            return out.append('}').toString();
        }
        boolean objects =
                StreamSupport.stream(node.spliterator(), false).anyMatch(JsonNode::isObject);
        out.append('[');
        for (JsonNode element : node) {
            out.append(comma).append(inner(element));
            comma = objects ? ", \n " : ", ";
        }
        return out.append(']').toString();
    }

    /** As {@code json_object_agg} spaces its members. */
    static String spacedMembers(String text) {
        String spaced = spaced(text);
        return spaced.equals("{}") ? "{ }" : "{ " + spaced.substring(1, spaced.length() - 1) + " }";
    }

    private static String inner(JsonNode value) {
        return value.isArray() || value.isObject() ? value.toString() : scalar(value);
    }

    static String pretty(String text) {
        StringBuilder out = new StringBuilder();
        pretty(parse(text), 0, out);
        return out.toString();
    }

    private static void pretty(JsonNode node, int depth, StringBuilder out) {
        if (!node.isContainerNode()) {
            out.append(scalar(node));
            return;
        }
        boolean object = node.isObject();
        out.append(object ? '{' : '[');
        String comma = "";
        if (object) {
            for (Map.Entry<String, JsonNode> member : members(node)) {
                line(out.append(comma), depth + 1);
                out.append(quoted(member.getKey())).append(": ");
                pretty(member.getValue(), depth + 1, out);
                comma = ",";
            }
        } else {
            for (JsonNode element : node) {
                line(out.append(comma), depth + 1);
                pretty(element, depth + 1, out);
                comma = ",";
            }
        }
        line(out, depth);
        out.append(object ? '}' : ']');
    }

    private static void line(StringBuilder out, int depth) {
        out.append('\n').append("    ".repeat(depth));
    }
}
