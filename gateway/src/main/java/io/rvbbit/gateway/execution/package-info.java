/**
 * From a statement's text to its rows: plan without spending, then execute and keep the books.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.execution.StatementPlanner}. Nothing here knows the
 * wire protocol.
 */
@NullMarked
package io.rvbbit.gateway.execution;

import org.jspecify.annotations.NullMarked;
