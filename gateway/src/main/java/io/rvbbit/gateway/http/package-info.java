/**
 * The HTTP port: whether the server is alive.
 *
 * <p>What must not live here: anything that runs SQL on an event loop. Start reading at {@link
 * io.rvbbit.gateway.http.HttpServer}.
 */
@NullMarked
package io.rvbbit.gateway.http;

import org.jspecify.annotations.NullMarked;
