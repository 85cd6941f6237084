package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.ModelException;

/**
 * Why one row has no answer: the object shown in {@code _error} and counted in the warning.
 *
 * @param errorClass one word, such as timeout, unavailable, schema, cast, offline, budget
 * @param attempts model attempts that were made for the row
 * @param hint what to do about it, empty where nobody knows
 */
public record RowError(
        String errorClass, SqlState state, String message, int attempts, String hint) {

    public RowError(String errorClass, SqlState state, String message, int attempts) {
        this(errorClass, state, message, attempts, "");
    }

    /** Of a row for which no model was asked, since nothing is left to pay for it. */
    public static RowError of(ModelException refusal) {
        return new RowError(
                refusal.errorClass(),
                refusal.state(),
                String.valueOf(refusal.getMessage()),
                0,
                refusal.hint());
    }

    /** Whether it is the budget that is missing, not an answer. */
    public boolean isBudget() {
        return errorClass.equals(ModelException.BUDGET);
    }

    /**
     * {@code {class, sqlstate, message, attempts}}, in this order; the message ends in the hint.
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("class", errorClass);
        json.put("sqlstate", state.code());
        json.put("message", hint.isEmpty() ? message : message + " (" + hint + ")");
        json.put("attempts", attempts);
        return json;
    }
}
