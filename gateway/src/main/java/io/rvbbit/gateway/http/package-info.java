/**
 * The HTTP port: SQL in, JSON or csv out, on the same execution, callers and books as the wire.
 *
 * <p>What must not live here: anything that runs SQL on an event loop, and any second way to run a
 * statement. Start reading at {@link io.rvbbit.gateway.http.Routes}.
 */
@NullMarked
package io.rvbbit.gateway.http;

import org.jspecify.annotations.NullMarked;
