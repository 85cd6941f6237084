/**
 * MCP servers, whose tools models may call: programs that the gateway starts, and servers over
 * HTTP.
 *
 * <p>{@link io.rvbbit.udf.mcp.McpServers} is what others use; the official SDK speaks the protocol,
 * over transports of this package that bound what a server may send and how long it may take.
 */
@NullMarked
package io.rvbbit.udf.mcp;

import org.jspecify.annotations.NullMarked;
