package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;

/**
 * Why one row has no answer: the object shown in {@code _error} and counted in the warning.
 *
 * @param errorClass one word, such as timeout, unavailable, schema, cast, offline, budget
 * @param attempts model attempts that were made for the row
 */
public record RowError(String errorClass, SqlState state, String message, int attempts) {
    /** {@code {class, sqlstate, message, attempts}}, in this order. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("class", errorClass);
        json.put("sqlstate", state.code());
        json.put("message", message);
        json.put("attempts", attempts);
        return json;
    }
}
