package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether an endpoint may be asked to enforce a schema ({@code strict: true}).
 *
 * <p>It refuses the whole request where an object has optional or additional properties, or where a
 * keyword lies outside its subset. Other schemas are sent as advice; the answer is checked against
 * the full schema in any case.
 *
 * @see <a href="https://platform.openai.com/docs/guides/structured-outputs">Structured outputs</a>
 */
final class StrictSchema {
    private static final Set<String> SUBSET =
            Set.of(
                    "type",
                    "title",
                    "description",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "anyOf",
                    "enum",
                    "const",
                    "$defs",
                    "$ref",
                    "pattern",
                    "format",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minItems",
                    "maxItems");

    private StrictSchema() {}

    static boolean allows(JsonNode schema) {
        return schema.path("type").asText().equals("object") && inSubset(schema);
    }

    private static boolean inSubset(JsonNode schema) {
        if (!schema.isObject() || !SUBSET.containsAll(names(schema))) {
            return false;
        }
        boolean object = schema.path("type").asText().equals("object") || schema.has("properties");
        return (!object || isClosed(schema))
                && allInSubset(schema.path("properties"))
                && allInSubset(schema.path("$defs"))
                && allInSubset(schema.path("anyOf"))
                && (!schema.has("items") || inSubset(schema.path("items")));
    }

    private static boolean allInSubset(JsonNode schemas) {
        for (JsonNode schema : schemas) {
            if (!inSubset(schema)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClosed(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        return additional.isBoolean()
                && !additional.asBoolean()
                && required.equals(names(schema.path("properties")));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
