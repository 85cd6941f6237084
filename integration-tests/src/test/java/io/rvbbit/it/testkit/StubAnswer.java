package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What the stub's model says.
 *
 * @param content null for tool calls without a word
 * @param toolCalls in the API's own JSON, empty for text
 */
public record StubAnswer(@Nullable String content, ArrayNode toolCalls, String finishReason) {
    public static StubAnswer text(String content) {
        return new StubAnswer(content, JsonNodeFactory.instance.arrayNode(), "stop");
    }

    /** The answer that broke off at the bound on output tokens. */
    public static StubAnswer cutOff(String content) {
        return new StubAnswer(content, JsonNodeFactory.instance.arrayNode(), "length");
    }

    /** The model wants a function called. */
    public static StubAnswer toolCall(String id, String function, String argumentsJson) {
        return new StubAnswer(null, JsonNodeFactory.instance.arrayNode(), "tool_calls")
                .andCall(id, function, argumentsJson);
    }

    /** The same, and it wants this function called too. */
    public StubAnswer andCall(String id, String function, String argumentsJson) {
        ArrayNode calls = toolCalls.deepCopy();
        calls.addObject()
                .put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", function)
                .put("arguments", argumentsJson);
        return new StubAnswer(content, calls, "tool_calls");
    }

    /** All that is paid for. */
    String said() {
        String text = content == null ? "" : content;
        return toolCalls.isEmpty() ? text : text + toolCalls;
    }

    /** Fills the schema if there is one, else says the first word of the last user message. */
    public static StubAnswer byDefault(StubRequest request) {
        String word = firstWord(request.lastUserMessage());
        return text(
                request.schema().isObject()
                        ? new SchemaFill(request.schema(), word).value().toString()
                        : word);
    }

    /** As {@link #byDefault}, but not before the latch is open. */
    public static StubAnswer onceOpen(CountDownLatch latch, StubRequest request) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return byDefault(request);
    }

    private static String firstWord(String text) {
        String trimmed = text.strip();
        return trimmed.isEmpty() ? "nothing" : trimmed.split("\\s+", 2)[0];
    }
}
