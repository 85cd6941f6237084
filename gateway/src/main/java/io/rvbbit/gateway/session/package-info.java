/**
 * One client connection: its thread, its statements and portals, its settings.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.session.SessionLoop}. The session knows both the
 * wire and the engine, which do not know each other; what a statement means lives in {@code
 * execution}.
 */
@NullMarked
package io.rvbbit.gateway.session;

import org.jspecify.annotations.NullMarked;
