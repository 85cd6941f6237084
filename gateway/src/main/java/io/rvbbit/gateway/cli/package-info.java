/**
 * The command line: {@code server}, {@code sql}, {@code run} and {@code config}.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.cli.RvbbitCommand}. What a command does for a client
 * it does over the wire, like any other client.
 */
@NullMarked
package io.rvbbit.gateway.cli;

import org.jspecify.annotations.NullMarked;
