package io.rvbbit.udf.tool;

import java.util.Collection;

/**
 * Brings tools: found by {@link java.util.ServiceLoader} when the server starts.
 *
 * <p>The jar names it in {@code META-INF/services/io.rvbbit.udf.tool.ToolProvider}; it has a public
 * constructor without parameters.
 */
public interface ToolProvider {
    /** Asked once. */
    Collection<? extends Tool> tools();
}
