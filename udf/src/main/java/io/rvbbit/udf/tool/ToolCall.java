package io.rvbbit.udf.tool;

/**
 * Who calls a tool: the ids under which the books have the call.
 *
 * @param caller id of the statement
 * @param session id of the cascade's run
 * @param cell name of the cell
 */
public record ToolCall(String caller, String session, String cell) {}
