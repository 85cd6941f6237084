/**
 * What Prometheus is told of the server.
 *
 * <p>What must not live here: names, texts or ids of clients; a label has few values or is cut off.
 * Start reading at {@link io.rvbbit.gateway.metrics.Meters}.
 */
@NullMarked
package io.rvbbit.gateway.metrics;

import org.jspecify.annotations.NullMarked;
