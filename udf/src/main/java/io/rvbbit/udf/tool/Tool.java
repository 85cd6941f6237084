package io.rvbbit.udf.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that a cascade may have done: one function with arguments and a result in JSON.
 *
 * <p>Threading: any thread, several at a time. A tool that waits heeds interrupts: a statement that
 * is cancelled, and a cell whose time is over, interrupt it.
 */
public interface Tool {
    /** Letters, digits, {@code _} and {@code -}, at most 64; what cascades and models call it. */
    String name();

    /** What it does and when to use it, for the model that chooses. */
    String description();

    /** JSON Schema (draft 2020-12) of the arguments: of type object. Read once, at the start. */
    JsonNode parameters();

    /**
     * Does its work.
     *
     * @param arguments that fit {@link #parameters}
     * @return what the model reads; a text is given to it as it is
     * @throws ToolException if it can't: a model reads the message, which holds no secret
     * @throws InterruptedException if nobody waits for the result any more
     */
    JsonNode call(ObjectNode arguments, ToolCall call) throws InterruptedException;
}
