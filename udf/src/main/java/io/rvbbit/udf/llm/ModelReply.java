package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.tracking.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A model's good answer.
 *
 * @param model as the endpoint named it
 * @param usage of the answered attempt only; earlier paid attempts were told to the log
 * @param toolCalls in the API's own JSON, or null
 * @param requestId of the answered attempt
 */
public record ModelReply(
        String model,
        String content,
        @Nullable JsonNode toolCalls,
        String finishReason,
        Usage usage,
        String requestId) {}
