/**
 * From a statement's text to its rows: plan without spending, then execute and keep the books.
 *
 * <p>{@link io.rvbbit.gateway.execution.StatementPlanner} decides what a statement is; each kind is
 * a {@link io.rvbbit.gateway.execution.Plan}, which has been checked and described and may be
 * started any number of times; each start is an {@link io.rvbbit.gateway.execution.Execution}.
 * Start reading at {@code StatementPlanner}, then {@code CascadePlanner} and {@code
 * AccountedExecution}. What must not live here: bytes, messages and formats of the wire, and how a
 * cascade runs.
 */
@NullMarked
package io.rvbbit.gateway.execution;

import org.jspecify.annotations.NullMarked;
