package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.tracking.CallerId;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One conversation for one model.
 *
 * @param schema JSON Schema that the answer must follow (structured output), or null for text
 * @param timeout of one attempt
 * @param attempts how often it is sent
 * @param exampleAnswer what the cascade's own examples answer to this input in this cell, or null:
 *     the offline model's only source, not sent anywhere
 * @param caller the statement that asks; statements share a model's places evenly
 * @param allowance what pays for the attempts
 */
public record ModelRequest(
        String model,
        List<Message> messages,
        @Nullable Double temperature,
        @Nullable Integer maxTokens,
        @Nullable JsonNode schema,
        String schemaName,
        List<Tool> tools,
        Duration timeout,
        Attempts attempts,
        Supplier<@Nullable JsonNode> exampleAnswer,
        CallerId caller,
        Allowance allowance) {
    public ModelRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** That nobody limits, and that waits between attempts as the client does. */
    public ModelRequest(
            String model,
            List<Message> messages,
            @Nullable Double temperature,
            @Nullable Integer maxTokens,
            @Nullable JsonNode schema,
            String schemaName,
            List<Tool> tools,
            Duration timeout,
            int maxAttempts,
            Supplier<@Nullable JsonNode> exampleAnswer,
            CallerId caller) {
        this(
                model,
                messages,
                temperature,
                maxTokens,
                schema,
                schemaName,
                tools,
                timeout,
                Attempts.upTo(maxAttempts),
                exampleAnswer,
                caller,
                Allowance.UNLIMITED);
    }

    /** The same conversation for another model. */
    public ModelRequest withModel(String other) {
        return new ModelRequest(
                other,
                messages,
                temperature,
                maxTokens,
                schema,
                schemaName,
                tools,
                timeout,
                attempts,
                exampleAnswer,
                caller,
                allowance);
    }

    ModelRequest withMaxTokens(int tokens) {
        return new ModelRequest(
                model,
                messages,
                temperature,
                tokens,
                schema,
                schemaName,
                tools,
                timeout,
                attempts,
                exampleAnswer,
                caller,
                allowance);
    }

    /**
     * One message.
     *
     * @param role system, user, assistant or tool
     * @param toolCalls of an assistant message, in the API's own JSON; null otherwise
     * @param toolCallId of a tool message, empty otherwise
     */
    public record Message(
            String role, String content, @Nullable JsonNode toolCalls, String toolCallId) {
        public Message(String role, String content) {
            this(role, content, null, "");
        }
    }

    /** A function that the model may call; {@code parameters} is a JSON Schema. */
    public record Tool(String name, String description, JsonNode parameters) {}
}
