package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one session ended.
 *
 * @param value the clean extraction of the last executed cell's output; null is SQL NULL
 * @param output structured output of the last executed cell, or null if it gave plain text
 * @param outputs every executed cell's output by cell name
 * @param modelCalls attempts that were sent
 * @param error why there is no value; null if it went well
 */
public record CascadeResult(
        String sessionId,
        @Nullable String value,
        @Nullable JsonNode output,
        JsonNode outputs,
        Usage usage,
        int modelCalls,
        Duration duration,
        @Nullable RowError error) {
    /** The last executed cell's output: structured, text or null. */
    JsonNode last() {
        if (output != null) {
            return output;
        }
        return value == null ? NullNode.instance : TextNode.valueOf(value);
    }
}
