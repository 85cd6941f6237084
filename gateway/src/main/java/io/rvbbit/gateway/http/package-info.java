/**
 * The HTTP port: whether the server is alive.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.http.HttpServer}.
 */
@NullMarked
package io.rvbbit.gateway.http;

import org.jspecify.annotations.NullMarked;
