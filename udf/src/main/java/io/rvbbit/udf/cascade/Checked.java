package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A value that is checked: a cell's answer, or the input before the cell runs.
 *
 * @param schema that the value is known to fit; null where it is text or the input
 */
record Checked(JsonNode value, @Nullable OutputSchema schema, ObjectNode input, boolean isInput) {
    static Checked input(ObjectNode input) {
        return new Checked(input, null, input, true);
    }

    static Checked answer(JsonNode answer, @Nullable OutputSchema schema, ObjectNode input) {
        return new Checked(answer, schema, input, false);
    }

    /** As a statement would show it. */
    String text() {
        String text = AnswerJson.clean(value);
        return text == null ? "" : text;
    }
}
