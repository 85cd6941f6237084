package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool as its server describes it. Threading: immutable.
 *
 * @param description may be empty
 * @param parameters JSON Schema of its arguments
 */
public record McpTool(String name, String description, JsonNode parameters) {}
