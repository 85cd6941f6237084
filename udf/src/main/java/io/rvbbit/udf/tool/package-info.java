/**
 * What own tools are made of: a jar on the class path brings a {@link
 * io.rvbbit.udf.tool.ToolProvider}, and cascades name its tools as skills that a model may call.
 *
 * <p>{@code docs/tools.md} has a worked example. Nothing here knows cascades, models or the books.
 * Start reading at {@link io.rvbbit.udf.tool.Tool}.
 */
@NullMarked
package io.rvbbit.udf.tool;

import org.jspecify.annotations.NullMarked;
