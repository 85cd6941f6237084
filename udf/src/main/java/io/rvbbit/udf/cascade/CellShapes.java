package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What cells give of which the output is always alike: names in order, to JSON Schema types. */
final class CellShapes {
    static final Map<String, String> HTTP =
            of("status", "integer", "headers", "object", "json", "object", "body", "string");
    static final Map<String, String> SQL =
            of("rows", "array", "row_count", "integer", "columns", "array");

    private CellShapes() {}

    /** Of a request that is not made. */
    static ObjectNode noAnswer() {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        nothing.put("status", 0).putObject("headers");
        nothing.putNull("json").putNull("body");
        return nothing;
    }

    /** Of a query that is not run. */
    static ObjectNode noRows() {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        nothing.putArray("rows");
        nothing.put("row_count", 0).putArray("columns");
        return nothing;
    }

    private static Map<String, String> of(String... namesAndTypes) {
        Map<String, String> shape = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            shape.put(namesAndTypes[i], namesAndTypes[i + 1]);
        }
        return Collections.unmodifiableMap(shape);
    }
}
